"""Periodic metrics: the share of met periods."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from okr_events.domain.metrics.metric import parse_metric
from okr_events.domain.progress import Measurement, key_result_periods, metric_progress, periodic_progress

D = Decimal
UPTIME = parse_metric({"kind": "at_least", "target": "99"})
WAIT = parse_metric({"kind": "at_most", "target": "5"})
STOCK = parse_metric({"kind": "between", "low": "10", "high": "20"})
START = date(2026, 10, 1)
FRIDAYS = [date(2026, 10, 2) + timedelta(weeks=n) for n in range(13)]
PERIODS = key_result_periods(FRIDAYS, cycle_starts_on=START, defined_on=START)


def weekly_values(*values, weeks=range(13)):
    return [Measurement(FRIDAYS[week], None if value is None else D(value)) for week, value in zip(weeks, values, strict=False)]


def test_eleven_of_twelve_periods_met():
    share = periodic_progress(UPTIME, weekly_values(*[99] * 11, 98), PERIODS).value
    assert share == D("0.9166666666666666666666666667")
    assert round(share, 4) == D("0.9167")


@pytest.mark.parametrize(
    ("metric", "values", "share"),
    [
        (UPTIME, [99, "98.9"], "0.5"),
        (WAIT, [5, "5.1", 4, 4], "0.75"),
        (STOCK, [10, 20, 9, 21], "0.5"),
    ],
)
def test_a_value_equal_to_a_bound_meets_the_period(metric, values, share):
    assert periodic_progress(metric, weekly_values(*values), PERIODS).value == D(share)


def test_the_last_value_of_a_period_decides():
    assert periodic_progress(UPTIME, [Measurement(FRIDAYS[0], D(90)), Measurement(FRIDAYS[0], D(99))], PERIODS).value == 1


def test_a_period_without_a_value_counts_as_not_met_once_a_later_one_has_one():
    assert periodic_progress(UPTIME, weekly_values(99, weeks=[1]), PERIODS).value == D("0.5")
    assert periodic_progress(UPTIME, weekly_values(99, None, 99), PERIODS).value == D("0.6666666666666666666666666667")


def test_periods_after_the_last_reported_one_do_not_count():
    assert periodic_progress(UPTIME, weekly_values(99), PERIODS).value == 1


def test_progress_without_a_value_is_null():
    assert periodic_progress(UPTIME, [], PERIODS) is None
    assert periodic_progress(UPTIME, weekly_values(None), PERIODS) is None
    assert periodic_progress(UPTIME, weekly_values(99), []) is None


def test_a_period_reaches_from_after_the_previous_due_day_to_its_own():
    friday, saturday = FRIDAYS[0], FRIDAYS[0] + timedelta(1)
    assert periodic_progress(UPTIME, [Measurement(friday, D(90)), Measurement(saturday, D(99))], PERIODS).value == D("0.5")


def test_a_value_outside_all_periods_does_not_count():
    before, behind = Measurement(START - timedelta(1), D(99)), Measurement(FRIDAYS[-1] + timedelta(1), D(99))
    assert periodic_progress(UPTIME, [before, behind], PERIODS) is None


def test_the_first_day_of_the_cycle_counts():
    assert periodic_progress(UPTIME, [Measurement(START, D(99))], PERIODS).value == 1


def test_periods_begin_with_the_definition_when_that_is_later():
    periods = key_result_periods(FRIDAYS, cycle_starts_on=START, defined_on=FRIDAYS[1])
    assert periods[0] == (FRIDAYS[1] - timedelta(1), FRIDAYS[2])
    assert periodic_progress(UPTIME, weekly_values(90, 99, 90), periods).value == 0
    assert periodic_progress(UPTIME, weekly_values(90, 99), periods).value == 1


def test_a_periodic_metric_has_no_progress_from_one_value():
    assert metric_progress(UPTIME, Measurement(START, D(99))) is None
    assert metric_progress(STOCK, Measurement(START, D(15))) is None
