"""Moments on both engines: an instant names the last position recorded by then."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from projections import moment

POSITIONS = {
    "2023-12-31": 0,
    "2024-01-01T11:59:59.999999Z": 0,
    "2024-01-01T12:00:00Z": 1,
    "2024-01-01T12:00:00.000001Z": 1,
    "2024-01-01": 1,
    "2024-01-03": 3,
    "2024-01-03T13:00:00+01:00": 3,
    "2024-01-03T13:00:00 01:00": 3,
    "2024-01-03T12:59:59+01:00": 2,
    "2024-01-04": 4,
    "2024-01-31": 5,
    "position:2": 2,
    "position:5": 5,
}


@pytest.fixture
def daily_events(recorder):
    """One fact at noon UTC of each of the first five days of 2024."""
    for day in range(5):
        recorder.at_day(date(2024, 1, 1) + timedelta(day)).cycle(f"cycle {day}")


@pytest.mark.usefixtures("daily_events")
def test_a_moment_is_the_last_position_recorded_by_then(store):
    head = store.log.head()
    found = {as_of: moment.parse(as_of, None, log=store.log, head=head, zone=ZoneInfo("UTC")) for as_of in POSITIONS}
    assert {as_of: there.position for as_of, there in found.items()} == POSITIONS


@pytest.mark.usefixtures("daily_events")
@pytest.mark.parametrize("step", [1, 2, 5])
def test_the_positions_at_the_ends_of_days_are_those_of_each_day(store, step):
    now = moment.moment_at_head(store.log.head(), ZoneInfo("UTC"), datetime(2024, 2, 1, tzinfo=UTC))
    days = [date(2023, 12, 20) + timedelta(day) for day in range(0, 30, step)]
    for span in (days, days[:1], days[:2], days[-3:], []):
        each = [moment.moment_at_day_end(day, now, store.log).position for day in span]
        assert moment.positions_at_day_ends(span, now, store.log) == each
