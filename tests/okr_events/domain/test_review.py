"""Reviews: facts in, command, facts out."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from okr_events.domain.errors import EmptyInput, NotFound
from okr_events.domain.review import DecisionDone, Review, ReviewInFuture, ReviewKind
from okr_events.domain.values import AuthoredText

ADA, BEN, TEAM, QUARTER = (UUID(int=n) for n in (30, 31, 10, 21))
ASK_ID, GUESS_ID = UUID(int=95), UUID(int=96)
TODAY = date(2026, 5, 4)
DECISION_TEXT = AuthoredText(ADA, "Ask earlier")


def decision_fields(id=ASK_ID, **said):
    return {"id": id, "text": DECISION_TEXT, "owner": ADA, "due_on": None} | said


def held_event(**said):
    place = {"unit_id": TEAM, "cycle_id": QUARTER, "kind": "quarterly", "held_on": TODAY, "participants": []}
    words = {"what_worked": [], "what_did_not": [], "lessons": [], "decisions": [], "adjustments": []}
    return "Review.Held", place | words | said


def linked_event(*positions):
    return "Review.AdjustmentsLinked", {"adjustments": list(positions)}


def completed_event(id=ASK_ID, on=TODAY):
    return "Review.DecisionCompleted", {"decision_id": id, "done_on": on}


def hold_review(**said):
    return Review.hold(today=TODAY, unit_id=TEAM, cycle_id=QUARTER, kind=ReviewKind.QUARTERLY, **said)


def test_a_review_is_what_a_meeting_said(facts):
    said = {
        "what_worked": [DECISION_TEXT],
        "what_did_not": [DECISION_TEXT],
        "lessons": [DECISION_TEXT],
        "decisions": [decision_fields()],
    }
    yesterday = TODAY - timedelta(days=1)
    review = hold_review(held_on=yesterday, participants=[ADA, BEN], adjustments=[7], **said)
    assert facts(review) == [held_event(held_on=yesterday, participants=[ADA, BEN], adjustments=[7], **said)]


def test_it_was_held_today_unless_it_says_when(facts):
    assert facts(hold_review(lessons=[DECISION_TEXT])) == [held_event(lessons=[DECISION_TEXT])]


def test_who_or_what_is_named_twice_is_named_once(facts):
    review = hold_review(participants=[BEN, ADA, BEN], adjustments=[9, 7, 9])
    assert facts(review) == [held_event(participants=[BEN, ADA], adjustments=[7, 9])]


def test_nobody_holds_a_review_of_tomorrow():
    with pytest.raises(ReviewInFuture) as refused:
        hold_review(held_on=TODAY + timedelta(days=1), lessons=[DECISION_TEXT])
    assert refused.value.pointer == "/held_on"


def test_a_review_says_something():
    with pytest.raises(EmptyInput):
        hold_review(participants=[ADA])


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"what_worked": [DECISION_TEXT, AuthoredText(ADA, " \n")]}, "/what_worked/1"),
        ({"what_did_not": [AuthoredText(ADA, "")]}, "/what_did_not/0"),
        ({"lessons": [AuthoredText(ADA, "\t")]}, "/lessons/0"),
        ({"decisions": [decision_fields(), decision_fields(GUESS_ID, text=AuthoredText(ADA, " "))]}, "/decisions/1/text"),
    ],
)
def test_and_so_does_each_of_its_texts(said, pointer):
    with pytest.raises(EmptyInput) as refused:
        hold_review(**said)
    assert refused.value.pointer == pointer


def test_more_adjustments_are_linked_later(given, facts):
    review = given(held_event(lessons=[DECISION_TEXT], adjustments=[7]), linked_event(3))
    review.link_adjustments([9, 3, 8, 7])
    assert facts(review) == [linked_event(8, 9)]
    assert review.adjustments == [7, 3, 8, 9]


def test_those_that_it_names_already_say_nothing_new(given, facts):
    review = given(held_event(lessons=[DECISION_TEXT], adjustments=[7]), linked_event(3))
    review.link_adjustments([3, 7])
    assert facts(review) == []


def test_a_decision_is_completed(given, facts):
    review = given(held_event(decisions=[decision_fields(), decision_fields(GUESS_ID)]), completed_event(GUESS_ID))
    assert (review.decision_version(ASK_ID), review.decision_version(GUESS_ID)) == (1, 2)
    review.complete(ASK_ID, TODAY)
    assert facts(review) == [completed_event()]
    assert review.decision_version(ASK_ID) == 2


def test_and_only_once(given, facts):
    review = given(held_event(decisions=[decision_fields()]), completed_event())
    with pytest.raises(DecisionDone):
        review.complete(ASK_ID, TODAY)
    assert facts(review) == []


def test_what_was_not_decided_here_is_not_completed(given):
    review = given(held_event(decisions=[decision_fields()]))
    with pytest.raises(NotFound):
        review.complete(uuid4(), TODAY)
