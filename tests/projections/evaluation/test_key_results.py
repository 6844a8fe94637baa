"""Key results at a moment: progress of every kind of metric from what is in force, as of any day and position."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from okr_events.domain.policy import DEFAULT_POLICY
from tests.projections.event_recorder import FIRST_DAY

D = Decimal
STEPS = {"kind": "milestones", "steps": [{"name": "concept", "weight": "1"}, {"name": "launch", "weight": "3"}]}
AT_LEAST = {"kind": "at_least", "baseline": None, "target": "90", "measure": "%"}
AT_MOST = {"kind": "at_most", "baseline": None, "target": "5", "measure": None}
BETWEEN = {"kind": "between", "low": "2", "high": "4", "measure": None}
RELATIVE = {"kind": "increase", "baseline": None, "target": None, "relative": "0.2", "measure": None}

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def define_key_result(record):
    """Define the key result `launch` with a metric, and begin to tell of it."""

    def defined(metric):
        record.objective("lead")
        record.key_result("launch", of="lead", metric=metric)
        return record

    return defined


def scale(kind, baseline, target):
    return {"kind": kind, "baseline": str(baseline), "target": str(target), "measure": None}


@pytest.mark.parametrize(
    ("metric", "value", "raw", "clamped", "flags"),
    [
        (scale("increase", 0, 100), 50, "0.5", "0.5", ()),
        (scale("decrease", 30, 25), 27, "0.6", "0.6", ()),
        (scale("decrease", 30, 25), 23, "1.4", "1", ("beyond_target",)),
        (scale("decrease", 30, 25), 33, "-0.6", "0", ("below_baseline",)),
        (scale("increase", -10, 10), 0, "0.5", "0.5", ()),
        (scale("increase", 1000000, 1500000), 1350000, "0.7", "0.7", ()),
        (scale("increase", 15, 35), 20, "0.25", "0.25", ()),
        (scale("increase", 3, 3), 3, "1", "1", ()),
        (scale("increase", 3, 3), 2, "0", "0", ("below_baseline",)),
        ({"kind": "binary"}, 1, "1", "1", ()),
        ({"kind": "binary"}, 0, "0", "0", ()),
    ],
)
def test_progress_follows_the_value_in_force(define_key_result, reader, metric, value, raw, clamped, flags):
    define_key_result(metric).check_in("launch", value=value)
    found = reader.key_result("launch").progress
    assert (found.raw, found.value, found.flags) == (D(raw), D(clamped), flags)


def test_milestones_count_by_weight(define_key_result, reader):
    launch = define_key_result(STEPS)
    assert reader.key_result("launch").progress is None
    launch.check_in("launch", milestones=[])
    assert reader.key_result("launch").progress.value == 0
    launch.check_in("launch", milestones=["launch"])
    assert reader.key_result("launch").progress.value == D("0.75")
    launch.check_in("launch", milestones=["concept", "launch"])
    assert reader.key_result("launch").progress.value == 1


def test_a_relative_target_has_no_progress_until_its_baseline_is_captured(define_key_result, reader):
    launch = define_key_result(RELATIVE)
    before = launch.check_in("launch", "first", value=50)
    captured = {**RELATIVE, "baseline": "50", "target": "60"}
    launch("KeyResult.BaselineCaptured", "launch", metric=captured, check_in_id=None)
    launch.check_in("launch", value=55)
    assert reader.key_result("launch", before).progress is None
    assert reader.key_result("launch", before + 1).progress.value == 0
    assert reader.key_result("launch").progress.value == D("0.5")


def test_a_revised_target_counts_from_its_event_on(define_key_result, reader):
    launch = define_key_result(scale("increase", 0, 10))
    before = launch.check_in("launch", value=5)
    launch("KeyResult.TargetRevised", "launch", metric=scale("increase", 0, 20))
    assert reader.key_result("launch", before).progress.value == D("0.5")
    assert reader.key_result("launch").progress.value == D("0.25")


FRIDAYS = [date(2024, 1, 5) + timedelta(weeks=week) for week in range(13)]


@pytest.mark.parametrize(
    ("metric", "values", "share"),
    [
        (AT_LEAST, [90], D(1)),
        (AT_LEAST, [89.5], D(0)),
        (AT_LEAST, [95, 80], D("0.5")),
        (AT_LEAST, [95, None, 95], D("0.6666666666666666666666666667")),
        (AT_LEAST, [None, None, 95, None], D("0.3333333333333333333333333333")),
        (AT_LEAST, [95] * 11 + [80], D("0.9166666666666666666666666667")),
        (AT_LEAST, [None], None),
        (AT_MOST, [5, 6, 0], D("0.6666666666666666666666666667")),
        (BETWEEN, [2, 4, 3, 5, 1], D("0.6")),
    ],
)
def test_a_metric_that_stays_is_judged_period_by_period(define_key_result, reader, metric, values, share):
    launch = define_key_result(metric)
    for friday, value in zip(FRIDAYS, values, strict=False):
        launch.at_day(friday).check_in("launch", value=value, confidence="0.5")
    found = reader.key_result("launch").progress
    assert (found and found.value) == share


def test_the_last_value_of_a_period_decides_whenever_it_came(define_key_result, reader):
    launch = define_key_result(AT_LEAST).at_day(date(2024, 1, 12))
    launch.check_in("launch", value=95, on=date(2024, 1, 5))
    launch.check_in("launch", value=80, on=date(2024, 1, 4))
    assert reader.key_result("launch").progress.value == 1
    launch.check_in("launch", value=80, on=date(2024, 1, 5))
    assert reader.key_result("launch").progress.value == 0


def test_periods_begin_with_the_definition(record, reader):
    record.objective("lead")
    record.at_day(date(2024, 1, 24)).key_result("launch", of="lead", metric=AT_LEAST)
    record.check_in("launch", value=95, on=date(2024, 1, 23))
    assert reader.key_result("launch").progress is None
    record.check_in("launch", value=95, on=date(2024, 1, 24))
    assert reader.key_result("launch").progress.value == 1
    record.at_day(date(2024, 2, 9)).check_in("launch", value=80)
    assert reader.key_result("launch").progress.value == D("0.3333333333333333333333333333")


def test_a_period_that_nobody_reported_since_does_not_count_yet(define_key_result, reader):
    define_key_result(AT_LEAST).at_day(date(2024, 1, 5)).check_in("launch", value=95)
    assert reader.key_result("launch", today=date(2024, 3, 20)).progress.value == 1


def test_a_policy_changes_the_periods(define_key_result, reader):
    launch = define_key_result(AT_LEAST)
    for friday in FRIDAYS[:4]:
        launch.at_day(friday).check_in("launch", value=95 if friday == FRIDAYS[3] else 80)
    assert reader.key_result("launch").progress.value == D("0.25")
    launch(
        "Cycle.PolicyChanged",
        "quarter",
        policy={**DEFAULT_POLICY, "cadence": {**DEFAULT_POLICY["cadence"], "every": "monthly"}},
    )
    assert reader.key_result("launch").progress.value == 1


@pytest.fixture
def reported_fridays(define_key_result):
    """Values 1, 2 and 3 on the first three Fridays; the second corrected to 8 on the fourth."""
    launch = define_key_result(scale("increase", 0, 10))
    for number, friday in enumerate(FRIDAYS[:3], start=1):
        launch.at_day(friday).check_in("launch", f"{number}", value=number, status="at_risk", confidence=f"0.{number}")
    launch.at_day(FRIDAYS[3]).correct("launch", "2", value=8)
    return launch


@pytest.mark.usefixtures("reported_fridays")
@pytest.mark.parametrize(
    ("day", "value"),
    [
        (FRIDAYS[0] - timedelta(1), None),
        (FRIDAYS[0], "1"),
        (FRIDAYS[1] - timedelta(1), "1"),
        (FRIDAYS[1], "8"),
        (FRIDAYS[2], "3"),
        (FRIDAYS[3], "3"),
        (FRIDAYS[9], "3"),
    ],
)
def test_an_effective_day_shows_what_was_measured_by_then_as_known_now(reader, day, value):
    found = reader.key_result("launch", on=day)
    assert found.standing.value == value
    assert (found.progress and found.progress.value) == (value and D(value) / 10)


@pytest.mark.usefixtures("reported_fridays")
def test_an_effective_day_at_a_position_knows_only_what_was_recorded_by_then(reader):
    before = reader.moment().position - 1
    assert reader.key_result("launch", before, on=FRIDAYS[1]).standing.value == "2"
    assert reader.key_result("launch", before - 1, on=FRIDAYS[2]).standing.value == "2"


def test_targets_come_from_the_position_whatever_the_effective_day(reported_fridays, reader):
    reported_fridays("KeyResult.TargetRevised", "launch", metric=scale("increase", 0, 20))
    assert reader.key_result("launch", on=FRIDAYS[0]).progress.value == D("0.05")


def test_an_effective_day_counts_for_periods_too(define_key_result, reader):
    launch = define_key_result(AT_LEAST)
    for friday, value in zip(FRIDAYS, (95, 80, 80), strict=False):
        launch.at_day(friday).check_in("launch", value=value)
    assert reader.key_result("launch", on=FRIDAYS[1]).progress.value == D("0.5")
    assert reader.key_result("launch", on=FRIDAYS[0] - timedelta(1)).progress is None


def test_what_was_retracted_is_not_in_force_on_any_day(reported_fridays, reader):
    reported_fridays.retract("launch", "2")
    assert reader.key_result("launch", on=FRIDAYS[1]).standing.value == "1"


def test_a_check_in_before_the_cycle_counts(define_key_result, reader):
    define_key_result(scale("increase", 0, 10)).check_in("launch", value=3, on=FIRST_DAY - timedelta(30))
    assert reader.key_result("launch").progress.value == D("0.3")
    assert reader.key_result("launch", on=FIRST_DAY - timedelta(31)).progress is None


def test_the_version_counts_facts_and_check_ins_alike(define_key_result, reader):
    launch = define_key_result(scale("increase", 0, 10))
    assert reader.key_result("launch").version == 1
    launch.check_in("launch", "a", value=1)
    launch.correct("launch", "a", value=2)
    assert reader.key_result("launch").version == 3
    launch("KeyResult.Renamed", "launch", title="Ship")
    assert reader.key_result("launch").version == 4
