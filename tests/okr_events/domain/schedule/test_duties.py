"""Duties: hand-made vectors, and random histories against an oracle that follows the words of the rule."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_events.domain.schedule.answers import answer_due_days
from okr_events.domain.schedule.days import day_starts
from okr_events.domain.schedule.due_days import FREQUENCIES, WEEKDAYS, due_days
from okr_events.domain.schedule.duties import DutySchedule
from tests.okr_events.domain.schedule.duty_strategies import (
    CLOCK_CHANGES,
    INSTANTS,
    answers_in_order,
    day_of,
    states_by_due_day,
    to_microseconds,
)

UTC = ZoneInfo("UTC")
FRIDAYS = [date(2026, 10, day) for day in (2, 9, 16)]
AFTERWARDS = date(2026, 10, 30)


def states_by_friday(reported, *, today=AFTERWARDS, grace_days=3, first=0, ended_on=None, zone=UTC):
    """The states of a key result for three Fridays, with check-ins at the given times."""
    schedule = DutySchedule(FRIDAYS, grace_days, since=date(2026, 9, 28), today=today, zone=zone)
    moments = [datetime.fromisoformat(f"2026-10-{text}:00+00:00") for text in reported]
    intervals = [schedule.interval(to_microseconds(moment)) for moment in moments]
    return [state.value for state in schedule.evaluate_duties(first, intervals, ended_on).states]


@pytest.mark.parametrize(
    ("reported", "states"),
    [
        ([], ["missed", "missed", "missed"]),
        (["01T00:00"], ["on_time", "missed", "missed"]),
        (["02T23:59"], ["on_time", "missed", "missed"]),
        (["05T23:59"], ["on_time", "missed", "missed"]),
        (["06T00:00"], ["missed", "on_time", "missed"]),
        (["02T12:00", "05T12:00"], ["on_time", "missed", "missed"]),
        (["02T12:00", "06T12:00"], ["on_time", "on_time", "missed"]),
    ],
)
def test_a_check_in_answers_one_due_day(reported, states):
    assert states_by_friday(reported) == states


def test_a_check_in_every_second_monday_answers_7_of_13_fridays():
    fridays = [date(2026, 7, 3) + timedelta(weeks=week) for week in range(13)]
    schedule = DutySchedule(fridays, 3, since=date(2026, 6, 28), today=date(2026, 10, 5), zone=UTC)
    mondays = [datetime(2026, 6, 29, 9, tzinfo=UTC) + timedelta(weeks=2 * n) for n in range(7)]
    intervals = [schedule.interval(to_microseconds(monday)) for monday in mondays]
    counts = schedule.evaluate_duties(0, intervals, None).counts
    assert (counts.on_time, counts.late, counts.missed, counts.streaks[1]) == (7, 0, 6, 2)


def test_an_unanswered_day_in_grace_is_answered_before_the_nearest():
    assert states_by_friday(["07T12:00"], grace_days=6) == ["on_time", "missed", "missed"]
    assert states_by_friday(["07T12:00", "07T12:00"], grace_days=6) == ["on_time", "on_time", "missed"]


def test_a_due_day_has_passed_once_it_is_over():
    assert states_by_friday(["09T12:00"], grace_days=8) == ["on_time", "missed", "missed"]
    assert states_by_friday(["10T12:00"], grace_days=8) == ["missed", "on_time", "missed"]


def test_the_coming_day_is_answered_when_two_are_equally_near():
    biweekly = [date(2026, 10, 2), date(2026, 10, 16)]
    assert answer_due_days([day.toordinal() for day in biweekly], [date(2026, 10, 9).toordinal()], grace_days=0).keys() == {1}


@pytest.mark.parametrize(
    ("reported", "first_friday"), [("03T00:00", "late"), ("05T23:59", "late"), ("06T00:00", "missed"), ("02T23:59", "on_time")]
)
def test_without_grace_the_first_answer_after_the_day_is_late(reported, first_friday):
    assert states_by_friday([reported], grace_days=0)[0] == first_friday


def test_a_due_day_that_is_answered_late_and_before_is_on_time():
    assert states_by_friday(["02T12:00", "04T12:00"], grace_days=0)[0] == "on_time"


def test_a_check_in_after_the_last_due_day_answers_it_late():
    assert states_by_friday(["29T12:00"]) == ["missed", "missed", "late"]


def test_a_duty_without_a_check_in_is_pending_until_its_grace_ends():
    assert [states_by_friday([], today=date(2026, 10, day))[0] for day in (1, 2, 5, 6)] == [
        "pending",
        "pending",
        "pending",
        "missed",
    ]


def test_a_duty_answered_ahead_is_done_and_from_its_day_on_on_time():
    assert states_by_friday(["01T12:00"], today=date(2026, 10, 1)) == ["done", "pending", "pending"]
    assert states_by_friday(["01T12:00"], today=date(2026, 10, 2)) == ["on_time", "pending", "pending"]


def test_no_duty_exists_before_the_first_due_day():
    assert states_by_friday(["05T12:00"], first=1) == ["on_time", "missed"]


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
    assert states_by_friday([], ended_on=date(2026, 10, ended)) == expected


def test_a_duty_met_before_the_end_stays_met():
    assert states_by_friday(["01T12:00"], ended_on=date(2026, 10, 2))[0] == "on_time"


def test_a_late_check_in_after_the_end_breaks_no_duty_whose_grace_still_ran():
    ended = {"grace_days": 0, "ended_on": FRIDAYS[0]}
    assert states_by_friday(["03T12:00"], **ended) == states_by_friday([], **ended) == ["not_applicable"] * 3


def test_days_follow_the_organisations_time_zone():
    at_night = {zone: states_by_friday(["06T03:00"], zone=ZoneInfo(zone))[0] for zone in ("UTC", "America/Lima")}
    assert at_night == {"UTC": "missed", "America/Lima": "on_time"}


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
    reported = sorted(min(max(turn + apart, defined), now) for apart in draw(st.lists(INSTANTS, max_size=8)))
    ended = draw(st.none() | st.just(now) | st.sampled_from([defined, *reported]))
    return zone, days, draw(st.sampled_from([0, 1, 3, 9, 40])), defined, reported, ended, now


@given(check_in_histories())
def test_duties_follow_the_words_of_the_rule(history):
    zone, days, grace_days, defined, reported, ended, now = history
    defined_on, today = day_of(to_microseconds(defined), zone), day_of(to_microseconds(now), zone)
    ended_on = day_of(to_microseconds(ended), zone) if ended else None
    schedule = DutySchedule(days, grace_days, since=defined_on, today=today, zone=zone)
    intervals = [schedule.interval(to_microseconds(moment)) for moment in reported]
    duties = schedule.evaluate_duties(schedule.first_due_index_after(defined_on), reversed(intervals), ended_on)
    reported_on = [day_of(to_microseconds(moment), zone) for moment in reported]
    about = {"defined_on": defined_on, "ended_on": ended_on, "today": today, "reported_on": reported_on}
    assert dict(zip(duties.days, duties.states, strict=True)) == states_by_due_day(days, grace_days, **about)


DAY_NUMBERS = st.integers(700_000, 700_200)


@given(st.lists(DAY_NUMBERS, unique=True, min_size=1).map(sorted), st.lists(DAY_NUMBERS).map(sorted), st.integers(0, 40))
def test_no_check_in_answers_two_due_days(due, reported, grace_days):
    """The answers after each check-in differ in one due day at most from those before, and are those of the words."""
    earlier = {}
    for many in range(len(reported) + 1):
        answers = answer_due_days(due, reported[:many], grace_days=grace_days)
        assert len(answers.keys() - earlier.keys()) <= 1
        assert earlier.items() <= answers.items()
        earlier = answers
    assert len(earlier) <= len(reported)
    days = [date.fromordinal(day) for day in due]
    in_words = answers_in_order(days, grace_days, [date.fromordinal(day) for day in reported])
    assert {answered for answered, _ in in_words} == {days[index] for index in earlier}
    assert all(min(day for at, day in in_words if at == days[index]) == date.fromordinal(earlier[index]) for index in earlier)


@given(check_in_histories())
def test_no_more_due_days_are_answered_than_there_are_check_ins(history):
    zone, days, grace_days, defined, reported, _, now = history
    defined_on, today = day_of(to_microseconds(defined), zone), day_of(to_microseconds(now), zone)
    schedule = DutySchedule(days, grace_days, since=defined_on, today=today, zone=zone)
    intervals = [schedule.interval(to_microseconds(moment)) for moment in reported]
    counts = schedule.evaluate_duties(schedule.first_due_index_after(defined_on), intervals, None).counts
    assert counts.on_time + counts.late + counts.done <= len(reported)
