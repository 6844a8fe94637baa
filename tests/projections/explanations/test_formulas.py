"""The formula of every kind of metric, with numbers worked out by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from okr_events.domain.policy import DEFAULT_POLICY

FRIDAYS = [date(2024, 1, 5) + timedelta(weeks=n) for n in range(12)]
STEPS = [{"name": "Concept", "weight": "1"}, {"name": "Prototype", "weight": "2.5"}, {"name": "Launch", "weight": "0"}]
BY_A_FIFTH = {"kind": "increase", "baseline": None, "target": None, "relative": "0.2", "measure": "%"}
AT_LEAST = {"kind": "at_least", "baseline": None, "target": "90", "measure": "%"}

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def define_key_result(record):
    """Defines a key result by its metric and returns the position of its definition."""
    record.objective("lead")

    def as_metric(metric):
        return record.key_result("launch", of="lead", metric=metric)

    return as_metric


def scale(baseline, target):
    kind = "increase" if Decimal(target) > Decimal(baseline) else "decrease"
    return {"kind": kind, "baseline": baseline, "target": target, "measure": None}


@pytest.mark.parametrize(
    ("baseline", "target", "value", "with_numbers", "raw", "clamped", "flags"),
    [
        ("0", "100", "50", "(50 - 0) / (100 - 0)", "0.5", "0.5", []),
        ("30", "25", "27", "(27 - 30) / (25 - 30)", "0.6", "0.6", []),
        ("30", "25", "23", "(23 - 30) / (25 - 30)", "1.4", "1", ["beyond_target"]),
        ("30", "25", "33", "(33 - 30) / (25 - 30)", "-0.6", "0", ["below_baseline"]),
        ("-10", "10", "0", "(0 - (-10)) / (10 - (-10))", "0.5", "0.5", []),
        ("1000000", "1500000", "1350000", "(1350000 - 1000000) / (1500000 - 1000000)", "0.7", "0.7", []),
        ("15", "35", "20", "(20 - 15) / (35 - 15)", "0.25", "0.25", []),
        ("0", "3", "1", "(1 - 0) / (3 - 0)", "0.3333333333333333333333333333", "0.3333333333333333333333333333", []),
    ],
)
def test_progress_from_baseline_to_target(
    record, define_key_result, explain, baseline, target, value, with_numbers, raw, clamped, flags
):
    defined = define_key_result(scale(baseline, target))
    said = record.check_in("launch", value=value)
    told = explain("launch")["progress"]
    assert (told["formula"], told["with_numbers"]) == ("(v - b) / (t - b)", with_numbers)
    assert (told["raw"], told["value"], told["flags"]) == (raw, clamped, flags)
    assert [told["inputs"][name]["positions"] for name in "vbt"] == [[said], [defined], [defined]]


def test_a_revised_target_stands_with_the_event_that_revised_it(record, define_key_result, explain):
    defined, said = define_key_result(scale("0", "10")), record.check_in("launch", value=4)
    revised = record("KeyResult.TargetRevised", "launch", metric=scale("0", "16"))
    told = explain("launch")["progress"]
    assert (told["with_numbers"], told["value"], told["positions"]) == ("(4 - 0) / (16 - 0)", "0.25", [defined, said, revised])
    before = explain("launch", revised - 1)["progress"]
    assert (before["with_numbers"], before["positions"]) == ("(4 - 0) / (10 - 0)", [defined, said])


@pytest.mark.parametrize(
    ("kind", "end", "value", "with_numbers", "raw"),
    [
        ("increase", "40", "40", "1 if 40 >= 40 else 0", "1"),
        ("increase", "40", "39.9", "1 if 39.9 >= 40 else 0", "0"),
        ("increase", "30", "35", "1 if 35 >= 30 else 0", "1"),
        ("decrease", "40", "41", "1 if 41 <= 40 else 0", "0"),
        ("decrease", "40", "-1", "1 if (-1) <= 40 else 0", "1"),
    ],
)
def test_a_target_that_lies_no_longer_ahead_is_met_or_not(
    record, define_key_result, explain, kind, end, value, with_numbers, raw
):
    define_key_result(scale("40", "50" if kind == "increase" else "20"))
    record.check_in("launch", value=value)
    record("KeyResult.TargetRevised", "launch", metric={**scale("40", end), "kind": kind})
    told = explain("launch")["progress"]
    assert (told["with_numbers"], told["raw"]) == (with_numbers, raw)
    assert told["formula"] == ("1 if v >= t else 0" if kind == "increase" else "1 if v <= t else 0")


def test_a_relative_target_says_where_its_baseline_came_from(record, define_key_result, explain):
    defined = define_key_result(BY_A_FIFTH)
    assert explain("launch")["progress"]["because"] == "No check-in measured by 2024-01-01 states a value."
    first = record.check_in("launch", "first", value=50)
    between = explain("launch")["progress"]
    assert between["because"] == "The baseline is not captured yet, so progress towards the target cannot be measured."
    captured = {**BY_A_FIFTH, "baseline": "50", "target": "60"}
    taken = record("KeyResult.BaselineCaptured", "launch", metric=captured, check_in_id=_id(between))
    second = record.check_in("launch", value=54)
    told = explain("launch")["progress"]
    target = told["inputs"]["t"]
    assert (target["formula"], target["with_numbers"], target["value"]) == ("b + abs(b) * r", "50 + abs(50) * 0.2", "60")
    assert (told["with_numbers"], told["value"]) == ("(54 - 50) / (60 - 50)", "0.4")
    assert told["inputs"]["b"]["positions"] == [first, taken]
    assert told["inputs"]["b"]["check_in_id"] == str(_id(between))
    assert told["inputs"]["r"]["positions"] == [defined]
    assert told["positions"] == [defined, first, taken, second]


def _id(explained):
    return explained["inputs"]["v"]["check_in_id"]


def test_eleven_of_twelve_periods(record, define_key_result, explain):
    defined = define_key_result(AT_LEAST)
    said = [record.at_day(day).check_in("launch", value=80 if n == 4 else 93) for n, day in enumerate(FRIDAYS)]
    told = explain("launch")["progress"]
    assert (told["formula"], told["with_numbers"]) == ("met / periods", "11 / 12")
    assert round(Decimal(told["value"]), 4) == Decimal("0.9167")
    periods = told["inputs"]["met"]["periods"]
    assert [period["met"] for period in periods] == [n != 4 for n in range(12)]
    assert [period["positions"] for period in periods] == [[place] for place in said]
    assert (periods[0]["starts_on"], periods[0]["ends_on"], periods[0]["value"]) == ("2024-01-01", "2024-01-05", "93")
    assert (periods[1]["starts_on"], periods[1]["ends_on"]) == ("2024-01-06", "2024-01-12")
    assert told["inputs"]["t"] == {"value": "90", "positions": [defined]}


def test_an_earlier_period_without_a_value_is_not_met(record, define_key_result, explain):
    define_key_result({"kind": "between", "low": "-1", "high": "2", "measure": None})
    record.at_day(FRIDAYS[0]).check_in("launch", value=0)
    record.at_day(FRIDAYS[2]).check_in("launch", value=2)
    told = explain("launch")["progress"]
    assert told["with_numbers"] == "2 / 3"
    assert told["inputs"]["met"]["periods"][1] | {"starts_on": None} == {
        "starts_on": None,
        "ends_on": "2024-01-12",
        "value": None,
        "met": False,
        "check_in_id": None,
        "positions": [],
    }
    assert (told["inputs"]["low"]["value"], told["inputs"]["high"]["value"]) == ("-1", "2")


def test_periods_depend_on_the_policy_of_the_due_days(record, define_key_result, explain):
    define_key_result(AT_LEAST)
    for day in FRIDAYS[:4]:
        record.at_day(day).check_in("launch", value=95 if day == FRIDAYS[3] else 80)
    changed = record(
        "Cycle.PolicyChanged",
        "quarter",
        policy={**DEFAULT_POLICY, "cadence": {**DEFAULT_POLICY["cadence"], "every": "monthly"}},
    )
    told = explain("launch")
    assert told["progress"]["with_numbers"] == "1 / 1"
    assert changed in told["progress"]["inputs"]["periods"]["positions"]
    assert (told["policy"]["cadence"]["every"], told["policy"]["positions"]) == ("monthly", [changed])
    before = explain("launch", changed - 1)
    assert (before["progress"]["with_numbers"], before["policy"]["cadence"]["every"]) == ("1 / 4", "weekly")


def test_periods_depend_on_the_cadences_of_units_and_key_result(record, define_key_result, explain):
    define_key_result(AT_LEAST)
    record.at_day(FRIDAYS[3]).check_in("launch", value=95)
    of_unit = record("Unit.CadenceSet", "tech", cadence={"every": "monthly"})
    own = record("KeyResult.CadenceSet", "launch", cadence={"grace_days": 0})
    told = explain("launch")
    assert told["progress"]["with_numbers"] == "1 / 1"
    assert {of_unit, own} <= set(told["progress"]["inputs"]["periods"]["positions"])
    assert told["health"]["due"]["cadence"] == {"every": "monthly", "weekday": "friday", "grace_days": 0}
    assert explain("launch", of_unit - 1)["progress"]["with_numbers"] == "1 / 4"


def test_no_period_reported_yet_is_null(define_key_result, explain):
    define_key_result(AT_LEAST)
    assert explain("launch")["progress"]["because"] == "No period has a value measured by 2024-01-01 yet."


@pytest.mark.parametrize(
    ("done", "formula", "with_numbers", "value"),
    [
        (["Concept"], "(s1) / (s1 + s2 + s3)", "(1) / (1 + 2.5 + 0)", "0.2857142857142857142857142857"),
        (["Launch", "Prototype"], "(s2 + s3) / (s1 + s2 + s3)", "(2.5 + 0) / (1 + 2.5 + 0)", "0.7142857142857142857142857143"),
        ([], "(0) / (s1 + s2 + s3)", "(0) / (1 + 2.5 + 0)", "0"),
    ],
)
def test_steps_done_by_their_weights(record, define_key_result, explain, done, formula, with_numbers, value):
    define_key_result({"kind": "milestones", "steps": STEPS})
    said = record.check_in("launch", milestones=done)
    told = explain("launch")["progress"]
    assert (told["formula"], told["with_numbers"], told["value"]) == (formula, with_numbers, value)
    assert (told["inputs"]["v"]["milestones"], said in told["positions"]) == (done, True)
    assert [told["inputs"][f"s{n}"]["done"] for n in (1, 2, 3)] == [step["name"] in done for step in STEPS]


def test_done_or_not(record, define_key_result, explain):
    define_key_result({"kind": "binary"})
    assert explain("launch")["progress"]["with_numbers"] is None
    record.check_in("launch", value=1)
    told = explain("launch")["progress"]
    assert (told["formula"], told["with_numbers"], told["value"]) == ("v", "1", "1")
