"""Reviews: facts in, command, facts out."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from okr_events.domain.errors import NotFound, NothingSaid
from okr_events.domain.review import DecisionDone, Review, ReviewAhead, ReviewKind
from okr_events.domain.values import Words

ADA, BEN, TEAM, QUARTER = (UUID(int=n) for n in (30, 31, 10, 21))
ASK, GUESS = UUID(int=95), UUID(int=96)
TODAY = date(2026, 5, 4)
SAID = Words(ADA, "Ask earlier")


def decision(id=ASK, **said):
    return {"id": id, "text": SAID, "owner": ADA, "due_on": None} | said


def held(**said):
    place = {"unit_id": TEAM, "cycle_id": QUARTER, "kind": "quarterly", "held_on": TODAY, "participants": []}
    words = {"what_worked": [], "what_did_not": [], "lessons": [], "decisions": [], "adjustments": []}
    return "Review.Held", place | words | said


def linked(*positions):
    return "Review.AdjustmentsLinked", {"adjustments": list(positions)}


def completed(id=ASK, on=TODAY):
    return "Review.DecisionCompleted", {"decision_id": id, "done_on": on}


def hold(**said):
    return Review.hold(today=TODAY, unit_id=TEAM, cycle_id=QUARTER, kind=ReviewKind.QUARTERLY, **said)


def test_a_review_is_what_a_meeting_said(facts):
    said = {"what_worked": [SAID], "what_did_not": [SAID], "lessons": [SAID], "decisions": [decision()]}
    yesterday = TODAY - timedelta(days=1)
    review = hold(held_on=yesterday, participants=[ADA, BEN], adjustments=[7], **said)
    assert facts(review) == [held(held_on=yesterday, participants=[ADA, BEN], adjustments=[7], **said)]


def test_it_was_held_today_unless_it_says_when(facts):
    assert facts(hold(lessons=[SAID])) == [held(lessons=[SAID])]


def test_who_or_what_is_named_twice_is_named_once(facts):
    review = hold(participants=[BEN, ADA, BEN], adjustments=[9, 7, 9])
    assert facts(review) == [held(participants=[BEN, ADA], adjustments=[7, 9])]


def test_nobody_holds_a_review_of_tomorrow():
    with pytest.raises(ReviewAhead) as refused:
        hold(held_on=TODAY + timedelta(days=1), lessons=[SAID])
    assert refused.value.pointer == "/held_on"


def test_a_review_says_something():
    with pytest.raises(NothingSaid):
        hold(participants=[ADA])


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"what_worked": [SAID, Words(ADA, " \n")]}, "/what_worked/1"),
        ({"what_did_not": [Words(ADA, "")]}, "/what_did_not/0"),
        ({"lessons": [Words(ADA, "\t")]}, "/lessons/0"),
        ({"decisions": [decision(), decision(GUESS, text=Words(ADA, " "))]}, "/decisions/1/text"),
    ],
)
def test_and_so_does_each_of_its_texts(said, pointer):
    with pytest.raises(NothingSaid) as refused:
        hold(**said)
    assert refused.value.pointer == pointer


def test_more_adjustments_are_linked_later(given, facts):
    review = given(held(lessons=[SAID], adjustments=[7]), linked(3))
    review.link_adjustments([9, 3, 8, 7])
    assert facts(review) == [linked(8, 9)]
    assert review.adjustments == [7, 3, 8, 9]


def test_those_that_it_names_already_say_nothing_new(given, facts):
    review = given(held(lessons=[SAID], adjustments=[7]), linked(3))
    review.link_adjustments([3, 7])
    assert facts(review) == []


def test_a_decision_is_completed(given, facts):
    review = given(held(decisions=[decision(), decision(GUESS)]), completed(GUESS))
    assert (review.version_of(ASK), review.version_of(GUESS)) == (1, 2)
    review.complete(ASK, TODAY)
    assert facts(review) == [completed()]
    assert review.version_of(ASK) == 2


def test_and_only_once(given, facts):
    review = given(held(decisions=[decision()]), completed())
    with pytest.raises(DecisionDone):
        review.complete(ASK, TODAY)
    assert facts(review) == []


def test_what_was_not_decided_here_is_not_completed(given):
    review = given(held(decisions=[decision()]))
    with pytest.raises(NotFound):
        review.complete(uuid4(), TODAY)
