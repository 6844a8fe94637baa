"""Reviews with their texts and decisions, and the decisions of earlier cycles."""

from datetime import date

import pytest

from okr_events.domain.values import AuthoredText
from tests.projections.event_recorder import LAST_DAY, id_of

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def record_review(record):
    """Records a review of a unit with these texts and decisions."""

    def held(name, unit="tech", *, cycle="quarter", kind="monthly", decisions=(), **said):
        by = record.intent.actor
        words = {what: [AuthoredText(by, t) for t in said.get(what, ())] for what in ("what_worked", "what_did_not", "lessons")}
        made = [{"id": id_of(t), "text": AuthoredText(by, t), "owner": by, "due_on": due} for t, due in decisions]
        place = {"unit_id": id_of(unit), "cycle_id": id_of(cycle), "held_on": record.now.date(), "participants": [by]}
        return record("Review.Held", name, kind=kind, decisions=made, adjustments=[1], **place, **words)

    return held


@pytest.fixture
def complete_decision(record):
    return lambda review, text: record("Review.DecisionCompleted", review, decision_id=id_of(text), done_on=record.now.date())


def test_each_review_of_the_cycle_is_listed_with_its_texts(record, record_review, report):
    record.cycle("other")
    record.at_day(date(2024, 2, 1))
    record_review("first", what_worked=["Asking"], what_did_not=["Guessing", "Waiting"])
    record_review("elsewhere", cycle="other", lessons=["Not this one"])
    record_review("second", "builders", kind="quarterly", what_worked=["Pairing"], lessons=["Ask first"])
    told = report()
    assert [(each["kind"], each["held_on"], told["names"][each["unit_id"]]) for each in told["reviews"]] == [
        ("monthly", "2024-02-01", "tech"),
        ("quarterly", "2024-02-01", "builders"),
    ]
    [first, _] = told["reviews"]
    people = [told["names"][id] for id in (first["author"], *first["participants"])]
    assert (people, first["adjustments"], first["review_id"]) == (["Ada", "Ada"], [1], str(id_of("first")))
    said = {name: [each["text"] for each in told[name]] for name in ("what_worked", "what_did_not", "lessons")}
    assert said == {
        "what_worked": ["Asking", "Pairing"],
        "what_did_not": ["Guessing", "Waiting"],
        "lessons": ["Ask first"],
    }
    assert [told["names"][each["unit_id"]] for each in told["what_worked"]] == ["tech", "builders"]


def test_a_unit_includes_the_reviews_of_the_units_below_it(record_review, report):
    record_review("first", lessons=["Of the company"], decisions=[("For all", None)])
    record_review("second", "builders", lessons=["Of the team"], decisions=[("For the team", None)])
    told = report(unit="products")
    assert [each["text"] for each in (*told["lessons"], *told["decisions"])] == ["Of the team", "For the team"]


def test_decisions_are_done_overdue_or_open(record, record_review, complete_decision, report):
    record.at_day(date(2024, 2, 1))
    record_review(
        "first", decisions=[("Hire", date(2024, 3, 31)), ("Ask", date(2024, 3, 30)), ("Pair", None), ("Fix", date(2024, 2, 2))]
    )
    record.at_day(date(2024, 2, 9))
    complete_decision("first", "Fix")
    told = report(today=LAST_DAY)
    assert {each["text"]: (each["state"], each["due_on"], each["done_on"]) for each in told["decisions"]} == {
        "Hire": ("open", "2024-03-31", None),
        "Ask": ("overdue", "2024-03-30", None),
        "Pair": ("open", None, None),
        "Fix": ("done", "2024-02-02", "2024-02-09"),
    }
    assert [each["decision_id"] for each in told["decisions"]] == sorted(each["decision_id"] for each in told["decisions"])
    assert {told["names"][each["owner"]] for each in told["decisions"]} == {"Ada"}


def test_decisions_of_earlier_cycles_are_listed_if_they_were_open_at_the_start(
    record, record_review, complete_decision, report
):
    """They are listed as they stand now."""
    record.cycle("next", starts_on=date(2024, 4, 1), ends_on=date(2024, 6, 30))
    record.at_day(date(2024, 3, 1))
    record_review("first", decisions=[("Hire", None), ("Ask", None), ("Pair", date(2024, 4, 2))])
    complete_decision("first", "Hire")
    record.at_day(date(2024, 4, 10))
    complete_decision("first", "Ask")
    record_review("late", decisions=[("Rest", None)])
    record_review("own", cycle="next", decisions=[("Run", None)])
    told = report(cycle="next")
    assert {each["text"]: each["state"] for each in told["earlier_decisions"]} == {"Ask": "done", "Pair": "overdue"}
    assert [each["text"] for each in told["decisions"]] == ["Run"]
    assert report(cycle="next", unit="builders")["earlier_decisions"] == []
