"""Looking back: reviews, what they said, what they decided, and what became of decisions of earlier cycles."""

from datetime import date

import pytest

from okr_events.domain.values import Words
from tests.projections.event_recorder import LAST_DAY, id_of

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def review(tell):
    """A review of a unit that said and decided these."""

    def held(name, unit="tech", *, cycle="quarter", kind="monthly", decisions=(), **said):
        by = tell.intent.actor
        words = {what: [Words(by, t) for t in said.get(what, ())] for what in ("what_worked", "what_did_not", "lessons")}
        made = [{"id": id_of(t), "text": Words(by, t), "owner": by, "due_on": due} for t, due in decisions]
        place = {"unit_id": id_of(unit), "cycle_id": id_of(cycle), "held_on": tell.now.date(), "participants": [by]}
        return tell("Review.Held", name, kind=kind, decisions=made, adjustments=[1], **place, **words)

    return held


@pytest.fixture
def done(tell):
    return lambda review, text: tell("Review.DecisionCompleted", review, decision_id=id_of(text), done_on=tell.now.date())


def test_each_review_of_the_cycle_is_told_with_what_it_said(tell, review, report):
    tell.cycle("other")
    tell.on(date(2024, 2, 1))
    review("first", what_worked=["Asking"], what_did_not=["Guessing", "Waiting"])
    review("elsewhere", cycle="other", lessons=["Not this one"])
    review("second", "builders", kind="quarterly", what_worked=["Pairing"], lessons=["Ask first"])
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


def test_a_unit_has_the_reviews_of_what_lies_below_it(review, report):
    review("first", lessons=["Of the company"], decisions=[("For all", None)])
    review("second", "builders", lessons=["Of the team"], decisions=[("For the team", None)])
    told = report(unit="products")
    assert [each["text"] for each in (*told["lessons"], *told["decisions"])] == ["Of the team", "For the team"]


def test_decisions_are_done_overdue_or_open(tell, review, done, report):
    tell.on(date(2024, 2, 1))
    review(
        "first", decisions=[("Hire", date(2024, 3, 31)), ("Ask", date(2024, 3, 30)), ("Pair", None), ("Fix", date(2024, 2, 2))]
    )
    tell.on(date(2024, 2, 9))
    done("first", "Fix")
    told = report(today=LAST_DAY)
    assert {each["text"]: (each["state"], each["due_on"], each["done_on"]) for each in told["decisions"]} == {
        "Hire": ("open", "2024-03-31", None),
        "Ask": ("overdue", "2024-03-30", None),
        "Pair": ("open", None, None),
        "Fix": ("done", "2024-02-02", "2024-02-09"),
    }
    assert [each["decision_id"] for each in told["decisions"]] == sorted(each["decision_id"] for each in told["decisions"])
    assert {told["names"][each["owner"]] for each in told["decisions"]} == {"Ada"}


def test_of_earlier_cycles_those_decisions_are_told_that_were_open_when_this_one_began(tell, review, done, report):
    """What is said of them is how they stand now."""
    tell.cycle("next", starts_on=date(2024, 4, 1), ends_on=date(2024, 6, 30))
    tell.on(date(2024, 3, 1))
    review("first", decisions=[("Hire", None), ("Ask", None), ("Pair", date(2024, 4, 2))])
    done("first", "Hire")
    tell.on(date(2024, 4, 10))
    done("first", "Ask")
    review("late", decisions=[("Rest", None)])
    review("own", cycle="next", decisions=[("Run", None)])
    told = report(cycle="next")
    assert {each["text"]: each["state"] for each in told["earlier_decisions"]} == {"Ask": "done", "Pair": "overdue"}
    assert [each["text"] for each in told["decisions"]] == ["Run"]
    assert report(cycle="next", unit="builders")["earlier_decisions"] == []
