"""Duties: hand-made vectors, and random histories against a day-by-day oracle."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_events.domain.schedule.check_in_windows import CheckInWindows
from okr_events.domain.schedule.days import day_starts
from okr_events.domain.schedule.due_days import FREQUENCIES, WEEKDAYS, due_days
from tests.okr_events.domain.schedule.duty_strategies import CLOCK_CHANGES, INSTANTS, day_of, states_by_due_day, to_microseconds

UTC = ZoneInfo("UTC")
FRIDAYS = [date(2026, 10, day) for day in (2, 9, 16)]


def states_by_friday(reported, *, today, grace_days=3, first=0, ended_on=None, zone=UTC):
    """The states of a key result for three Fridays, with check-ins at the given times."""
    windows = CheckInWindows(FRIDAYS, grace_days, since=date(2026, 9, 28), today=today, zone=zone)
    seen = 0
    for text in reported:
        seen |= windows.interval_bit(to_microseconds(datetime.fromisoformat(f"2026-10-{text}:00+00:00")))
    return [state.value for state in windows.evaluate_duties(first, seen, ended_on).states]


@pytest.mark.parametrize(
    ("reported", "first_friday"),
    [
        ([], "missed"),
        (["01T00:00"], "on_time"),
        (["02T23:59"], "on_time"),
        (["05T23:59"], "on_time"),
        (["06T00:00"], "late"),
        (["08T23:59"], "late"),
        (["09T00:00"], "missed"),
        (["06T00:00", "05T12:00"], "on_time"),
    ],
)
def test_a_window_ends_with_its_grace_and_lateness_with_the_next_due_day(reported, first_friday):
    assert states_by_friday(reported, today=date(2026, 10, 30))[0] == first_friday


def test_one_check_in_within_grace_counts_for_two_due_days():
    assert states_by_friday(["05T12:00"], today=date(2026, 10, 30)) == ["on_time", "on_time", "missed"]


def test_a_check_in_after_the_last_due_day_is_late_and_never_missed():
    assert states_by_friday(["29T12:00"], today=date(2026, 10, 30)) == ["missed", "missed", "late"]


def test_a_duty_without_a_check_in_is_pending_until_its_grace_ends():
    assert [states_by_friday([], today=date(2026, 10, day))[0] for day in (1, 2, 5, 6)] == [
        "pending",
        "pending",
        "pending",
        "missed",
    ]


def test_a_future_due_day_is_pending():
    assert states_by_friday(["01T12:00"], today=date(2026, 10, 1)) == ["pending"] * 3


def test_no_duty_exists_before_the_first_due_day():
    assert states_by_friday(["08T12:00"], today=date(2026, 10, 30), first=1) == ["on_time", "missed"]


@pytest.mark.parametrize(
    ("ended", "expected"),
    [
        (1, ["not_applicable"] * 3),
        (5, ["not_applicable"] * 3),
        (6, ["missed", "not_applicable", "not_applicable"]),
        (13, ["missed", "missed", "not_applicable"]),
    ],
)
def test_an_ended_key_result_has_no_more_duties(ended, expected):
    assert states_by_friday([], today=date(2026, 10, 30), ended_on=date(2026, 10, ended)) == expected


def test_a_duty_met_before_the_end_stays_met():
    assert states_by_friday(["01T12:00"], today=date(2026, 10, 30), ended_on=date(2026, 10, 2))[0] == "on_time"


def test_days_follow_the_organisations_time_zone():
    at_night = {
        zone: states_by_friday(["06T03:00"], today=date(2026, 10, 30), zone=ZoneInfo(zone))[0]
        for zone in ("UTC", "America/Lima")
    }
    assert at_night == {"UTC": "late", "America/Lima": "on_time"}


@pytest.mark.parametrize(("name", "turn"), CLOCK_CHANGES)
def test_local_time_stays_on_one_day_between_two_day_starts(name, turn):
    zone = ZoneInfo(name)
    days = [turn.astimezone(zone).date() + timedelta(n) for n in range(-2, 4)]
    starts = [start for day in days for start in day_starts(day, zone)]
    assert starts == sorted(starts, key=lambda start: start[0])
    first_starts = {instant: day for instant, day in starts if day_of(instant, zone) == day}
    assert all(day_of(instant - 1, zone) != day for instant, day in first_starts.items())
    probes = [to_microseconds(turn) + seconds * 1_000_000 for seconds in range(-86_400, 86_400, 613)]
    assert [[day for start, day in starts if start <= probe][-1] for probe in probes] == [
        day_of(probe, zone) for probe in probes
    ]


@st.composite
def check_in_histories(draw):
    """A cadence in a cycle around a clock change, and a key result with its check-ins."""
    name, turn = draw(st.sampled_from(CLOCK_CHANGES))
    zone = ZoneInfo(name)
    start = turn.astimezone(zone).date() - timedelta(draw(st.integers(0, 20)))
    span = {"starts_on": start, "ends_on": start + timedelta(draw(st.integers(0, 60)))}
    days = due_days(every=draw(st.sampled_from(FREQUENCIES)), weekday=draw(st.sampled_from(WEEKDAYS)), **span)
    defined = turn + draw(INSTANTS)
    now = max(turn + draw(INSTANTS), defined)
    reported = sorted({min(max(turn + apart, defined), now) for apart in draw(st.lists(INSTANTS, max_size=6))})
    ended = draw(st.none() | st.just(now))
    return zone, days, draw(st.sampled_from([0, 1, 3, 9])), defined, reported, ended, now


@given(check_in_histories())
def test_duties_match_a_day_by_day_calendar(history):
    zone, days, grace_days, defined, reported, ended, now = history
    defined_on, today = day_of(to_microseconds(defined), zone), day_of(to_microseconds(now), zone)
    ended_on = day_of(to_microseconds(ended), zone) if ended else None
    windows = CheckInWindows(days, grace_days, since=defined_on, today=today, zone=zone)
    seen = 0
    for moment in reported:
        seen |= windows.interval_bit(to_microseconds(moment))
    duties = windows.evaluate_duties(windows.first_due_index_after(defined_on), seen, ended_on)
    days_told = {day_of(to_microseconds(moment), zone) for moment in reported}
    about = {"defined_on": defined_on, "ended_on": ended_on, "today": today, "reported_on": days_told}
    assert dict(zip(duties.days, duties.states, strict=True)) == states_by_due_day(days, grace_days, **about)
