"""An organisation that changes its time zone: days follow each other without gap or overlap."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from okr_events.domain.schedule.days import day_starts
from okr_events.domain.schedule.time_zones import ZoneChange, in_force, known_zones, zone_at, zone_from

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FIRST = date(2026, 6, 1)
STEADY = ("UTC", "Asia/Tokyo", "America/Los_Angeles", "Asia/Kolkata", "Etc/GMT+12", "Pacific/Kiritimati", "America/St_Johns")
ZONES = st.sampled_from(STEADY)
NEAR_ZONES = st.sampled_from([zone for zone in STEADY if zone != "Pacific/Kiritimati"])
"""Zones within a day of each other: over more than a day, hours are repeated twice, for which local times have no mark."""


def changes(zones):
    """Changes within a week in which none of these zones changes its own clocks."""
    return st.lists(st.tuples(st.integers(1, 6), zones), max_size=3, unique_by=lambda change: change[0]).map(sorted)


def build(first, later):
    return zone_from(first, [ZoneChange(FIRST + DAY * number, zone) for number, zone in later])


def midnight(day, first, later):
    """Midnight in the zone of the day, but not later than the next day's: the rule in words, with UTC offsets alone."""
    name = ([first] + [zone for number, zone in later if FIRST + DAY * number <= day])[-1]
    offset = datetime(2026, 6, 3, tzinfo=ZoneInfo(name)).utcoffset()
    return datetime.combine(day, time(), UTC) - offset


def starts_of(first, later):
    days = [FIRST + DAY * number for number in range(-2, 10)]
    starts = [midnight(day, first, later) for day in days]
    for index in range(len(starts) - 2, -1, -1):
        starts[index] = min(starts[index], starts[index + 1])
    return dict(zip(days, starts, strict=True))


@example("UTC", [(3, "Asia/Tokyo")])
@example("Asia/Tokyo", [(3, "America/Los_Angeles")])
@example("Etc/GMT+12", [(3, "Pacific/Kiritimati")])
@given(ZONES, changes(ZONES))
def test_a_day_lasts_from_its_zones_midnight_until_the_next_day_begins(first, later):
    zone, starts = build(first, later), starts_of(first, later)
    for (day, start), (_, end) in pairwise(starts.items()):
        if start < end:
            instants = (start, end - timedelta(microseconds=1), start + (end - start) / 2)
            assert {instant.astimezone(zone).date() for instant in instants} == {day}


@given(ZONES, changes(ZONES))
def test_days_of_check_ins_begin_at_the_same_instants(first, later):
    zone, starts = build(first, later), starts_of(first, later)
    for (day, start), (_, end) in pairwise(starts.items()):
        (entered, entered_day), *_ = day_starts(day, zone)
        assert datetime.fromtimestamp(entered / 1_000_000, UTC) == start
        assert start == end or entered_day == day


@given(NEAR_ZONES, changes(NEAR_ZONES), st.integers(-48, 10 * 48))
def test_local_times_lead_back_to_their_instants(first, later, half_hours):
    zone = build(first, later)
    instant = datetime.combine(FIRST, time(), UTC) + half_hours * HOUR / 2
    local = instant.astimezone(zone)
    assert local.astimezone(UTC) == instant
    assert (local.tzname(), local.dst()) is not None


def test_a_position_knows_only_the_changes_before_it():
    zone = zone_from("UTC", [ZoneChange(date(2026, 6, 3), "Asia/Tokyo", position=7)])
    noon = datetime(2026, 6, 10, 18, tzinfo=UTC)
    assert noon.astimezone(zone_at(zone, 6)).date() == date(2026, 6, 10)
    assert noon.astimezone(zone_at(zone, 7)).date() == date(2026, 6, 11)
    assert zone_at(ZoneInfo("Asia/Tokyo"), 7) is ZoneInfo("Asia/Tokyo")


def test_a_change_replaces_those_to_its_day_and_later_days():
    days = [(3, "Asia/Tokyo"), (6, "Asia/Kolkata"), (5, "America/St_Johns")]
    stated = [ZoneChange(FIRST + DAY * number, zone, position=number) for number, zone in days]
    assert [change.zone for change in in_force(stated)] == ["Asia/Tokyo", "America/St_Johns"]
    assert [change.zone for change in in_force(stated[:2])] == ["Asia/Tokyo", "Asia/Kolkata"]


@pytest.mark.parametrize("name", ["localtime", "Factory", "posixrules", "right/Europe/Berlin", "posix/Europe/Berlin"])
def test_names_that_are_no_zones_of_their_own_are_not_known(name):
    assert name not in known_zones()


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "Etc/GMT+5", "America/Argentina/Buenos_Aires"])
def test_zones_of_the_database_are_known(name):
    assert name in known_zones()
