"""Overdue days and outdated key results, against the oracle that follows the words of the rule."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_events.domain.schedule.due_days import FREQUENCIES, DueDays
from okr_events.domain.schedule.overdue import OverdueDays
from tests.okr_events.domain.schedule.duty_strategies import answers_in_order

FRIDAYS = tuple(date(2026, 10, day) for day in (2, 9, 16))
START = date(2026, 10, 1)
OFFSETS = st.integers(-9, 130)


def due_days(every="weekly", grace_days=3):
    cadence = {"every": every, "weekday": "friday", "grace_days": grace_days}
    return DueDays.from_cadence(cadence, START, START + timedelta(90))


@pytest.mark.parametrize(("today", "overdue"), [(5, ()), (6, FRIDAYS[:1]), (12, FRIDAYS[:1]), (13, FRIDAYS[:2]), (20, FRIDAYS)])
def test_a_due_day_is_overdue_once_its_grace_is_over(today, overdue):
    assert due_days().overdue(defined_on=START, today=date(2026, 10, today)).days == overdue


def test_the_days_before_the_definition_are_never_overdue():
    assert due_days().overdue(defined_on=FRIDAYS[0], today=date(2026, 10, 20)).days == FRIDAYS[1:]


@pytest.mark.parametrize(
    ("reported_on", "outdated"),
    [
        ([], True),
        ([date(2026, 10, 12)], True),
        ([date(2026, 10, 13)], False),
        ([date(2026, 10, 16)], False),
        ([date(2026, 10, 20)], False),
        ([date(2026, 10, 5), date(2026, 10, 12)], True),
    ],
)
def test_outdated_is_what_missed_its_last_overdue_day_and_reported_nothing_since(reported_on, outdated):
    assert OverdueDays(FRIDAYS, 3).is_outdated(reported_on) is outdated


def test_nothing_is_outdated_before_a_due_day_is_overdue():
    assert not OverdueDays([], 3).is_outdated([])


@given(
    st.sampled_from(FREQUENCIES), st.sampled_from([0, 3, 4, 8, 40]), OFFSETS, OFFSETS, st.lists(OFFSETS, max_size=6).map(sorted)
)
def test_outdated_follows_the_words_of_the_rule(every, grace_days, defined, asked, reported):
    cadence = due_days(every, grace_days)
    defined_on, today = START + timedelta(defined), START + timedelta(asked)
    reported_on = [START + timedelta(offset) for offset in reported if offset >= defined]
    own = [day for day in cadence.days if day > defined_on]
    over = [day for day in own if day + timedelta(grace_days) < today]
    answered = {due for due, _ in answers_in_order(own, grace_days, reported_on)} if own else set()
    expected = bool(over) and over[-1] not in answered and not any(day > over[-1] for day in reported_on)
    found = cadence.overdue(defined_on=defined_on, today=today)
    assert (list(found.days), found.is_outdated(reported_on)) == (over, expected)
    if reported_on and not found.needs_earlier_reports(reported_on[-1]):
        assert found.is_outdated(reported_on[-1:]) is expected
