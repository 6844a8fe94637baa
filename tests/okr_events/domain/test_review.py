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


def decision_fields(id=ASK_ID, **fields):
    return {"id": id, "text": DECISION_TEXT, "owner": ADA, "due_on": None} | fields


def held_event(**fields):
    place = {"unit_id": TEAM, "cycle_id": QUARTER, "kind": "quarterly", "held_on": TODAY, "participants": []}
    words = {"what_worked": [], "what_did_not": [], "lessons": [], "decisions": [], "adjustments": []}
    return "Review.Held", place | words | fields


def linked_event(*positions):
    return "Review.AdjustmentsLinked", {"adjustments": list(positions)}


def completed_event(id=ASK_ID, on=TODAY):
    return "Review.DecisionCompleted", {"decision_id": id, "done_on": on}


def hold_review(**fields):
    return Review.hold(today=TODAY, unit_id=TEAM, cycle_id=QUARTER, kind=ReviewKind.QUARTERLY, **fields)


def test_a_review_records_a_meeting(facts):
    fields = {
        "what_worked": [DECISION_TEXT],
        "what_did_not": [DECISION_TEXT],
        "lessons": [DECISION_TEXT],
        "decisions": [decision_fields()],
    }
    yesterday = TODAY - timedelta(days=1)
    review = hold_review(held_on=yesterday, participants=[ADA, BEN], adjustments=[7], **fields)
    assert facts(review) == [held_event(held_on=yesterday, participants=[ADA, BEN], adjustments=[7], **fields)]


def test_a_review_is_held_today_by_default(facts):
    assert facts(hold_review(lessons=[DECISION_TEXT])) == [held_event(lessons=[DECISION_TEXT])]


def test_duplicate_participants_and_adjustments_are_removed(facts):
    review = hold_review(participants=[BEN, ADA, BEN], adjustments=[9, 7, 9])
    assert facts(review) == [held_event(participants=[BEN, ADA], adjustments=[7, 9])]


def test_a_review_is_never_held_in_the_future():
    with pytest.raises(ReviewInFuture) as refused:
        hold_review(held_on=TODAY + timedelta(days=1), lessons=[DECISION_TEXT])
    assert refused.value.pointer == "/held_on"


def test_a_review_needs_content():
    with pytest.raises(EmptyInput):
        hold_review(participants=[ADA])


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"what_worked": [DECISION_TEXT, AuthoredText(ADA, " \n")]}, "/what_worked/1"),
        ({"what_did_not": [AuthoredText(ADA, "")]}, "/what_did_not/0"),
        ({"lessons": [AuthoredText(ADA, "\t")]}, "/lessons/0"),
        ({"decisions": [decision_fields(), decision_fields(GUESS_ID, text=AuthoredText(ADA, " "))]}, "/decisions/1/text"),
    ],
)
def test_a_text_of_a_review_is_not_blank(fields, pointer):
    with pytest.raises(EmptyInput) as refused:
        hold_review(**fields)
    assert refused.value.pointer == pointer


def test_more_adjustments_are_linked_later(given, facts):
    review = given(held_event(lessons=[DECISION_TEXT], adjustments=[7]), linked_event(3))
    review.link_adjustments([9, 3, 8, 7])
    assert facts(review) == [linked_event(8, 9)]
    assert review.adjustments == [7, 3, 8, 9]


def test_known_adjustments_record_no_event(given, facts):
    review = given(held_event(lessons=[DECISION_TEXT], adjustments=[7]), linked_event(3))
    review.link_adjustments([3, 7])
    assert facts(review) == []


def test_a_decision_is_completed(given, facts):
    review = given(held_event(decisions=[decision_fields(), decision_fields(GUESS_ID)]), completed_event(GUESS_ID))
    assert (review.decision_version(ASK_ID), review.decision_version(GUESS_ID)) == (1, 2)
    review.complete(ASK_ID, TODAY)
    assert facts(review) == [completed_event()]
    assert review.decision_version(ASK_ID) == 2


def test_a_decision_is_completed_once(given, facts):
    review = given(held_event(decisions=[decision_fields()]), completed_event())
    with pytest.raises(DecisionDone):
        review.complete(ASK_ID, TODAY)
    assert facts(review) == []


def test_an_unknown_decision_is_not_completed(given):
    review = given(held_event(decisions=[decision_fields()]))
    with pytest.raises(NotFound):
        review.complete(uuid4(), TODAY)
