"""Explained health: the deciding rule, elapsed days, thresholds, reported status and due days."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from okr_events.domain.policy import DEFAULT_POLICY
from tests.projections.event_recorder import FIRST_DAY, LAST_DAY, id_of

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
HALF = FIRST_DAY + timedelta(45)
FIRST_FRIDAY = date(2024, 1, 5)


@pytest.fixture
def launch(record):
    record.objective("lead")
    record.key_result("launch", of="lead")
    return record


def test_the_pace_decides_without_a_reported_status(launch, explain):
    said = launch.at_day(HALF).check_in("launch", value=3)
    found = explain("launch")["health"]
    assert (found["rule"], found["effective"], said in found["positions"]) == ("computed", "at_risk", True)
    assert (found["elapsed"]["with_numbers"], found["elapsed"]["value"]) == ("min(max(45, 0), 90) / 90", "0.5")
    pace = found["pace"]
    assert (pace["progress"], pace["on_track"]["value"], pace["at_risk"]["value"]) == ("0.3", "0.35", "0.25")
    assert (pace["on_track"]["formula"], pace["on_track"]["with_numbers"]) == ("share * e", "0.7 * 0.5")


@pytest.mark.usefixtures("launch")
def test_elapsed_days_stay_within_the_cycle(explain):
    after = explain("launch", today=LAST_DAY + timedelta(9))["health"]["elapsed"]
    assert (after["with_numbers"], after["value"], after["day"]) == ("min(max(99, 0), 90) / 90", "1", "2024-04-09")


def test_a_cycle_of_one_day_is_over(record, explain):
    record.cycle("day", starts_on=FIRST_DAY, ends_on=FIRST_DAY)
    record.objective("lead", cycle="day")
    record.key_result("launch", of="lead", cycle="day")
    found = explain("launch")["health"]["elapsed"]
    assert (found["formula"], found["with_numbers"], found["value"]) == ("1", "1", "1")


def test_a_reported_status_goes_before_the_pace(launch, explain):
    said = launch.at_day(HALF).check_in("launch", "first", value=1, status="on_track")
    found = explain("launch")["health"]
    assert (found["rule"], found["positions"], found["mismatch"]) == ("reported", [said], True)
    assert (found["status"]["value"], found["status"]["check_in"]["position"]) == ("on_track", said)
    corrected = launch.correct("launch", "first", status="off_track")
    assert explain("launch")["health"]["positions"] == [said, corrected]


def test_outdated_precedes_the_reported_status_and_names_the_day(launch, explain):
    said = launch.at_day(FIRST_FRIDAY).check_in("launch", value=1, status="on_track")
    found = explain("launch", today=FIRST_FRIDAY + timedelta(11))["health"]
    due = found["due"]
    assert (found["rule"], found["effective"], said in found["positions"]) == ("outdated", "outdated", True)
    assert (due["overdue"], due["missed"], due["next_due_on"]) == ("2024-01-12", True, "2024-01-19")
    assert (due["grace_days"], due["last_check_in"]["position"]) == (3, said)
    before = explain("launch", today=FIRST_FRIDAY + timedelta(10))["health"]
    assert (before["rule"], before["due"]["overdue"], before["due"]["missed"]) == ("reported", "2024-01-05", False)


def test_cancelled_is_closed_and_says_where(launch, explain):
    launch.check_in("launch", status="off_track")
    cancelled = launch("KeyResult.Cancelled", "launch")
    found = explain("launch")["health"]
    assert (found["rule"], found["effective"], found["positions"]) == ("closed", "closed", [cancelled])
    assert explain("lead")["health"]["rule"] == "worst_cancelled"
    over = launch("Objective.Cancelled", "lead")
    assert explain("lead")["health"]["positions"] == [over]
    assert explain("lead")["health"]["rule"] == "cancelled"


def test_a_scored_key_result_is_closed_and_says_where(launch, explain):
    launch.check_in("launch", status="off_track")
    scored = score_key_result(launch, "launch", "0.4")
    for name in ("launch", "lead"):
        found = explain(name)["health"]
        assert (found["effective"], found["positions"]) == ("closed", [scored])


def test_closed_before_its_cycle_says_where(launch, explain):
    launch.check_in("launch", status="off_track")
    closed = launch("Objective.Closed", "lead")
    for name, rule in (("launch", "closed"), ("lead", "closed_early")):
        found = explain(name)["health"]
        assert (found["rule"], found["effective"], found["positions"]) == (rule, "closed", [closed])
        assert explain(name, closed - 1)["health"]["effective"] == "off_track"


def test_thresholds_depend_on_the_policy_in_force(launch, explain):
    launch.at_day(HALF).check_in("launch", value=2)
    pace = {"on_track": "0.4", "at_risk": "0.3"}
    changed = launch("Cycle.PolicyChanged", "quarter", policy={**DEFAULT_POLICY, "pace": pace})
    found = explain("launch")
    assert (found["health"]["effective"], found["policy"]["pace"]) == ("on_track", pace)
    assert found["health"]["pace"]["on_track"]["inputs"]["share"] == {"value": "0.4", "positions": [changed]}


def test_an_objective_is_as_its_worst_key_result(launch, explain):
    launch.key_result("sell", of="lead")
    launch.check_in("launch", status="on_track")
    said = launch.check_in("sell", status="off_track")
    found = explain("lead")["health"]
    assert (found["rule"], found["effective"], found["positions"]) == ("worst_key_result", "off_track", [said])
    assert found["decided_by"] == [str(id_of("sell"))]
    assert [(part["health"], part["rule"]) for part in found["parts"]] == [("on_track", "reported"), ("off_track", "reported")]


def test_without_key_results_it_is_as_its_worst_child(launch, explain):
    launch.objective("top")
    launch.link("lead", "top")
    launch.check_in("launch", status="at_risk")
    found = explain("top")["health"]
    assert (found["rule"], found["effective"], found["decided_by"]) == ("worst_child", "at_risk", [str(id_of("lead"))])
    assert found["parts"][0]["href"] == f"/v1/objectives/{id_of('lead')}/progress"


def test_nothing_below_is_pending(record, explain):
    record.objective("lead")
    assert (explain("lead")["health"]["rule"], explain("lead")["health"]["effective"]) == ("nothing", "pending")


def score_key_result(tell, name, score, suggested=None, suggested_at=None, decision=None):
    said = {"suggested": suggested, "suggested_at": suggested_at, "decision": decision, "root_cause": None}
    return tell("KeyResult.Scored", name, score=Decimal(score), **said)


def test_a_score_says_what_was_suggested_and_where(launch, explain):
    assert explain("launch")["score"]["because"] == "The key result has no score."
    said = launch.check_in("launch", value=3)
    place = score_key_result(launch, "launch", "0.4", Decimal("0.3"), said, "keep")
    found = explain("launch")["score"]
    assert (found["value"], found["positions"], found["suggested"], found["suggested_at"]) == ("0.4", [place], "0.3", said)
    assert found["decision"] == "keep"


def test_an_objectives_score_is_the_weighted_mean_of_all_its_key_results(launch, explain):
    launch.key_result("sell", of="lead", weight=3)
    first = score_key_result(launch, "launch", "0.4")
    missing = explain("lead")["score"]
    assert (missing["value"], missing["because"]) == (None, "1 of 2 live key results have no score yet.")
    second = score_key_result(launch, "sell", "0.8")
    found = explain("lead")["score"]
    assert (found["with_numbers"], found["value"]) == ("(1 * 0.4 + 3 * 0.8) / (1 + 3)", "0.7")
    assert {first, second} <= set(found["positions"])
