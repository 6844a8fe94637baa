"""Health at a moment: closed, outdated, reported, then the pace."""

from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from okr_events.domain.policy import DEFAULT_POLICY
from tests.projections.event_recorder import FIRST_DAY, LAST_DAY

FIRST_FRIDAY = date(2024, 1, 5)
HALF = FIRST_DAY + timedelta(45)

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def launch(record):
    record.objective("lead")
    record.key_result("launch", of="lead")
    return record


@pytest.fixture
def health(reader):
    def at(day, position=None, **when):
        return reader.key_result("launch", position, today=day, **when).health

    return at


@pytest.mark.parametrize(
    ("value", "computed"),
    [("3.5", "on_track"), ("3.49", "at_risk"), ("2.5", "at_risk"), ("2.49", "off_track"), ("0", "off_track")],
)
def test_half_way_the_pace_asks_for_35_and_25_percent(launch, health, value, computed):
    launch.at_day(HALF).check_in("launch", value=value)
    found = health(HALF)
    assert (found.computed, found.effective, found.reported, found.mismatch) == (computed, computed, None, False)


def test_nobody_is_behind_on_the_first_day_or_before_a_value(launch, health):
    launch.check_in("launch", confidence="0.5")
    assert health(FIRST_DAY + timedelta(1)).computed == "pending"
    launch.check_in("launch", value=0)
    assert health(FIRST_DAY).computed == "pending"
    assert health(FIRST_DAY + timedelta(1)).computed == "off_track"


def test_after_the_cycle_all_of_it_is_over(launch, health):
    launch.at_day(LAST_DAY).check_in("launch", value=7)
    assert health(LAST_DAY).computed == health(LAST_DAY + timedelta(3)).computed == "on_track"
    launch.check_in("launch", value="6.99")
    assert health(LAST_DAY).computed == "at_risk"


def test_a_cycle_of_one_day_is_over_on_that_day(record, reader):
    record.cycle("day", starts_on=FIRST_DAY, ends_on=FIRST_DAY)
    record.objective("lead", cycle="day")
    record.key_result("launch", of="lead", cycle="day")
    record.check_in("launch", value=1)
    assert reader.key_result("launch", today=FIRST_DAY).health.computed == "off_track"


def test_the_policy_sets_the_pace(launch, health):
    launch.at_day(HALF).check_in("launch", value=2)
    before = (
        launch("Cycle.PolicyChanged", "quarter", policy={**DEFAULT_POLICY, "pace": {"on_track": "0.4", "at_risk": "0.3"}}) - 1
    )
    assert [health(HALF, before).computed, health(HALF).computed] == ["off_track", "on_track"]


def test_what_is_reported_goes_before_the_pace_and_they_may_disagree(launch, health):
    launch.at_day(HALF).check_in("launch", value=1, status="on_track")
    found = health(HALF)
    assert (found.reported, found.computed, found.effective, found.mismatch) == ("on_track", "off_track", "on_track", True)
    launch.check_in("launch", status="off_track")
    assert not health(HALF).mismatch


@pytest.mark.parametrize(
    ("reported_on", "day", "outdated"),
    [
        (None, FIRST_FRIDAY + timedelta(3), False),
        (None, FIRST_FRIDAY + timedelta(4), True),
        (FIRST_DAY, FIRST_FRIDAY + timedelta(10), False),
        (FIRST_DAY, FIRST_FRIDAY + timedelta(11), True),
        (FIRST_FRIDAY, FIRST_FRIDAY + timedelta(11), True),
        (FIRST_FRIDAY + timedelta(3), FIRST_FRIDAY + timedelta(11), True),
        (FIRST_FRIDAY + timedelta(4), FIRST_FRIDAY + timedelta(11), False),
        (FIRST_FRIDAY + timedelta(8), FIRST_FRIDAY + timedelta(8), False),
        (FIRST_FRIDAY + timedelta(10), FIRST_FRIDAY + timedelta(14), False),
        (FIRST_FRIDAY + timedelta(73), LAST_DAY, True),
        (FIRST_FRIDAY + timedelta(74), LAST_DAY, False),
        (FIRST_FRIDAY + timedelta(73), LAST_DAY + timedelta(1), False),
        (None, LAST_DAY + timedelta(300), False),
    ],
)
def test_outdated_is_what_missed_its_last_overdue_day_until_the_cycle_is_over(launch, health, reported_on, day, outdated):
    if reported_on:
        launch.at_day(reported_on).check_in("launch", status="on_track")
    assert (health(day).effective == "outdated") is outdated


def test_a_report_of_any_kind_about_any_day_is_a_report(launch, health):
    day = FIRST_FRIDAY + timedelta(11)
    launch.at_day(FIRST_FRIDAY + timedelta(5)).check_in("launch", "late", confidence="0.5", on=FIRST_DAY)
    assert health(day).effective == "pending"
    launch.retract("launch", "late")
    assert health(day).effective == "outdated"


def test_a_key_result_defined_late_owes_nothing_before(record, health):
    record.objective("lead")
    record.at_day(FIRST_FRIDAY).key_result("launch", of="lead")
    assert health(FIRST_FRIDAY + timedelta(10)).effective == "pending"
    assert health(FIRST_FRIDAY + timedelta(11)).effective == "outdated"


def test_grace_and_cadence_come_from_the_policy(launch, health):
    cadence = {"every": "biweekly", "weekday": "wednesday", "grace_days": 0}
    launch("Cycle.PolicyChanged", "quarter", policy={**DEFAULT_POLICY, "cadence": cadence})
    wednesday = date(2024, 1, 3)
    launch.at_day(wednesday - timedelta(1)).check_in("launch", status="on_track")
    assert health(wednesday + timedelta(14)).effective == "on_track"
    assert health(wednesday + timedelta(15)).effective == "outdated"


def test_each_part_of_a_cadence_comes_from_the_nearest_that_states_it(launch, health):
    launch.at_day(FIRST_FRIDAY - timedelta(1)).check_in("launch", status="on_track")
    day = FIRST_FRIDAY + timedelta(11)
    assert health(day).effective == "outdated"
    patient = launch("Unit.CadenceSet", "tech", cadence={"grace_days": 9})
    assert health(day).effective == "on_track"
    launch("KeyResult.CadenceSet", "launch", cadence={"grace_days": 3})
    assert health(day).effective == "outdated"
    assert health(day, patient).effective == "on_track"
    launch("KeyResult.CadenceSet", "launch", cadence={"every": "monthly"})
    assert health(day).effective == "on_track"


def test_days_are_those_where_the_organisation_is(launch, reader):
    """Recorded on Monday evening in UTC, within grace; in Auckland that is Tuesday, and answers the next Friday."""
    launch.at_day(FIRST_FRIDAY + timedelta(3), 20).check_in("launch", status="on_track")
    day = FIRST_FRIDAY + timedelta(11)
    assert reader.key_result("launch", today=day).health.effective == "outdated"
    reader.zone = ZoneInfo("Pacific/Auckland")
    assert reader.key_result("launch", today=day).health.effective == "on_track"


def test_cancelled_is_closed_whatever_else(launch, health):
    launch.check_in("launch", status="off_track")
    launch("KeyResult.Cancelled", "launch")
    found = health(LAST_DAY)
    assert (found.effective, found.reported) == ("closed", "off_track")


def test_what_has_a_score_is_closed_and_not_outdated(launch, reader):
    no_more = dict.fromkeys(("suggested", "suggested_at", "decision", "root_cause"))
    unscored = launch.at_day(HALF)("Objective.Renamed", "lead", title="Lead")
    launch("KeyResult.Scored", "launch", score=Decimal(1), **no_more)
    assert reader.key_result("launch", unscored).health.effective == "outdated"
    assert (reader.key_result("launch").health.effective, reader.objective("lead").health.effective) == ("closed", "closed")


def test_earlier_check_ins_decide_what_the_last_one_answers_within_a_long_grace(launch, health):
    """With six days of grace a check-in on Thursday answers the Friday before, unless an earlier one does."""
    launch("Unit.CadenceSet", "tech", cadence={"grace_days": 6})
    launch.at_day(FIRST_FRIDAY + timedelta(6)).check_in("launch", status="on_track")
    day = FIRST_FRIDAY + timedelta(14)
    assert health(day).effective == "outdated"
    launch.check_in("launch", "second", status="on_track")
    assert health(day).effective == "on_track"
    launch.retract("launch", "second")
    assert health(day).effective == "outdated"


def test_the_past_is_judged_as_of_then(launch, reader):
    launch.at_day(FIRST_FRIDAY).check_in("launch", value=1)
    position = launch.at_day(LAST_DAY)("Objective.Renamed", "lead", title="Lead")
    assert reader.key_result("launch", position - 1).health.effective == "on_track"
    assert reader.key_result("launch", position).health.effective == "outdated"


def test_an_earlier_effective_day_leaves_the_evaluation_day_alone(launch, health):
    """Half of the cycle is over and nothing is overdue, though we ask for what was measured by the first Friday."""
    launch.at_day(FIRST_FRIDAY).check_in("launch", value=Decimal("0.3"))
    launch.at_day(HALF).check_in("launch", value=5)
    assert health(FIRST_FRIDAY).computed == "on_track"
    assert health(HALF, on=FIRST_FRIDAY).effective == "off_track"
