"""Due days, compared with a day-by-day oracle."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_events.domain.schedule.due_days import FREQUENCIES, WEEKDAYS, days_after_definition, due_days, periods

DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 1, 1))
LENGTHS = st.integers(min_value=0, max_value=800)


def walk_due_dates(every, weekday, starts_on, ends_on):
    """Every such weekday of the cycle, every second of them, or the last of each month."""
    days = [starts_on + timedelta(n) for n in range((ends_on - starts_on).days + 1)]
    weekly = [day for day in days if WEEKDAYS[day.weekday()] == weekday]
    if every == "monthly":
        return [day for day in weekly if (day + timedelta(7)).month != day.month]
    return weekly[:: 2 if every == "biweekly" else 1]


@given(st.sampled_from(FREQUENCIES), st.sampled_from(WEEKDAYS), DAYS, LENGTHS)
def test_due_days_match_a_day_by_day_calendar(every, weekday, starts_on, length):
    span = {"starts_on": starts_on, "ends_on": starts_on + timedelta(length)}
    assert [*due_days(every=every, weekday=weekday, **span)] == walk_due_dates(every, weekday, *span.values())


@pytest.mark.parametrize(
    ("every", "days"),
    [
        ("weekly", [2, 9, 16, 23, 30]),
        ("biweekly", [2, 16, 30]),
        ("monthly", [30]),
    ],
)
def test_the_fridays_of_october_2026(every, days):
    due = due_days(every=every, weekday="friday", starts_on=date(2026, 10, 1), ends_on=date(2026, 10, 31))
    assert [*due] == [date(2026, 10, day) for day in days]


def test_both_ends_of_a_cycle_can_be_due():
    friday = date(2026, 10, 2)
    assert due_days(every="weekly", weekday="friday", starts_on=friday, ends_on=friday) == (friday,)


def test_no_due_day_falls_after_the_cycle():
    assert due_days(every="monthly", weekday="friday", starts_on=date(2026, 10, 1), ends_on=date(2026, 10, 29)) == ()


@pytest.mark.parametrize("weekday", WEEKDAYS)
def test_a_cycle_may_end_on_the_last_day_of_the_calendar(weekday):
    span = {"starts_on": date(9999, 12, 30), "ends_on": date.max}
    due = [due_days(every=every, weekday=weekday, **span) for every in FREQUENCIES]
    assert due == [tuple(day for day in span.values() if WEEKDAYS[day.weekday()] == weekday)] * 3


def test_the_first_due_day_is_the_first_after_the_definition():
    fridays = [date(2026, 10, 2), date(2026, 10, 9), date(2026, 10, 16)]
    assert days_after_definition(fridays, date(2026, 10, 8)) == fridays[1:]
    assert days_after_definition(fridays, date(2026, 10, 9)) == fridays[2:]


def test_a_period_ends_on_its_due_day_and_begins_after_the_one_before():
    fridays = [date(2026, 10, 2), date(2026, 10, 9)]
    assert periods(fridays, starts_on=date(2026, 10, 1)) == [(date(2026, 9, 30), fridays[0]), (fridays[0], fridays[1])]


def test_without_due_days_there_are_no_periods():
    assert periods([], starts_on=date(2026, 10, 1)) == []
