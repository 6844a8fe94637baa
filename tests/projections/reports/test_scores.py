"""Scores: counted by level, by unit and by commitment, in bands and against the aim."""

from datetime import date
from decimal import Decimal

import pytest

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
D = Decimal


@pytest.fixture
def scored_goals(goal, record):
    """Goals at three levels, with a bit of everything."""
    goal("lead", D("0.7"), D("0.69"), unit="tech", commitment="committed")
    goal("ship", D(1), D("0.95"), unit="products")
    goal("build", D("0.4"), D("0.3"), None, unit="builders", commitment="committed")
    goal("sell", D("0.8"), D("0.81"), unit="sellers", commitment="learning")
    goal("drop", D(0), unit="sellers")
    record("KeyResult.Cancelled", "ship 1", reason="Too early")
    record("Objective.Cancelled", "drop", reason="Not now")


def band_counts(summary):
    names = ("scored", "unscored", "mean", "achieved", "partial", "missed", "below_aim", "within_aim", "above_aim")
    return tuple(summary[name] for name in names)


@pytest.mark.usefixtures("scored_goals")
def test_all_that_was_not_cancelled_is_counted_by_band_and_against_the_aim(report):
    total = report()["counts"]["total"]
    counted = ("objectives", "objectives_cancelled", "key_results", "key_results_cancelled")
    assert [total[name] for name in counted] == [4, 1, 8, 2]
    assert band_counts(total["key_result_scores"]) == (7, 1, "0.6642857142857142857142857143", 4, 2, 1, 3, 2, 2)
    assert (total["key_result_scores"]["too_safe"], total["key_result_scores"]["in_full"]) == (1, 0)


@pytest.mark.usefixtures("scored_goals")
def test_an_objective_has_the_mean_of_its_key_results_once_each_has_a_score(report):
    total = report()["counts"]["total"]["objective_scores"]
    assert band_counts(total) == (3, 1, "0.8166666666666666666666666667", 2, 1, 0, 1, 0, 2)


@pytest.mark.usefixtures("scored_goals")
def test_the_same_is_told_of_each_level_and_of_each_unit_from_the_top_down(report):
    counts = report()["counts"]
    assert [(each["level"], each["key_result_scores"]["mean"]) for each in counts["levels"]] == [
        ("company", "0.695"),
        ("department", "0.8533333333333333333333333333"),
        ("team", "0.35"),
    ]
    assert [
        (each["name"], each["level"], each["objectives"], each["key_result_scores"]["scored"]) for each in counts["units"]
    ] == [
        ("tech", "company", 1, 2),
        ("products", "department", 1, 1),
        ("builders", "team", 1, 2),
        ("sellers", "department", 1, 2),
    ]


@pytest.mark.usefixtures("scored_goals")
def test_a_unit_is_reported_with_all_that_lies_below_it(report):
    counts = report(unit="products")["counts"]
    assert [each["name"] for each in counts["units"]] == ["products", "builders"]
    assert band_counts(counts["total"]["key_result_scores"]) == (3, 1, "0.55", 1, 1, 1, 2, 0, 1)


@pytest.mark.usefixtures("scored_goals")
def test_committed_aspirational_and_learning_work_stand_apart(report):
    assert [(each["commitment"], each["scored"], each["mean"], each["too_safe"]) for each in report()["commitments"]] == [
        ("committed", 4, "0.5225", 0),
        ("aspirational", 1, "0.95", 1),
        ("learning", 2, "0.805", 0),
    ]


def test_only_a_score_of_1_is_in_full(goal, report):
    goal("lead", D(1), D("0.9999"), commitment="committed")
    assert report()["commitments"][0]["in_full"] == 1


def test_the_policy_says_what_is_achieved_partial_and_aimed_at(goal, report, record):
    goal("lead", D("0.6"), D("0.5"), D("0.4"))
    stricter = report()["policy"] | {"bands": {"achieved": "0.6", "partial": "0.5"}, "aim": {"low": "0.4", "high": "0.5"}}
    record("Cycle.PolicyChanged", "quarter", policy=stricter | {"too_safe": "0.5"}, reason="Bolder")
    summary = report()["counts"]["total"]["key_result_scores"]
    assert band_counts(summary) == (3, 0, "0.5", 1, 1, 1, 0, 2, 1)
    assert summary["too_safe"] == 1


def test_each_key_result_is_told_with_its_score_its_suggestion_its_decision_and_its_cause(goal, report, score, record):
    goal("lead", None, commitment="committed", owner=record.intent.actor)
    record.check_in("lead 1", value=12, confidence="0.9")
    said = {"suggested": D(1), "suggested_at": 9, "decision": "modify", "root_cause": "We guessed"}
    scored_at = score("lead 1", D("0.6"), **said)
    told = report()
    [item] = told["scores"]
    ids = {name: item.pop(name) for name in ("key_result_id", "objective_id", "unit_id")}
    assert told["names"][ids["unit_id"]] == "tech"
    assert item == {
        "title": "lead 1",
        "objective": "lead",
        "commitment": "committed",
        "owner": None,
        "progress": "1",
        "raw_progress": "1.2",
        "suggested": "1",
        "score": "0.6",
        "band": "partial",
        "scored_at": scored_at,
        "after_end": False,
        "decision": "modify",
        "root_cause": "We guessed",
        "wants_root_cause": False,
        "confidence": "0.9",
        "error": "0.3",
    }


def test_below_achieved_a_root_cause_is_wanted_until_it_is_told(goal, report, score):
    goal("lead", D("0.7"), D("0.69"), D("0.1"))
    score("lead 3", D("0.1"), "ScoreCorrected", root_cause="Too few people")
    assert [item["wants_root_cause"] for item in report()["scores"]] == [False, True, False]


def test_a_score_after_the_cycles_last_day_is_after_the_end_also_when_it_corrects_an_earlier_one(goal, report, score, record):
    goal("lead", D(1), None, D(1), None)
    record.at_day(date(2024, 3, 31), 23)
    score("lead 2", D(1))
    record.at_day(date(2024, 4, 1), 0)
    score("lead 3", D("0.5"), "ScoreCorrected")
    score("lead 4", D(1))
    assert [item["after_end"] for item in report()["scores"]] == [False, False, True, True]


def test_what_has_no_score_is_named_with_its_owner(goal, report, record):
    goal("lead", D(1))
    record.key_result("left", of="lead", owner=record.intent.actor)
    told = report()
    assert [(item["title"], told["names"][item["owner"]]) for item in told["unscored"]] == [("left", "Ada")]
