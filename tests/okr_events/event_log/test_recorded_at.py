"""The log sets the time of an event, which rises with its position."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from okr_events.domain.errors import ClockBehind
from okr_events.event_log.hash_chain import from_microseconds, to_microseconds

SECOND = 1_000_000
A_DAY_IN_1999 = to_microseconds(datetime(1999, 5, 4, tzinfo=UTC))


@pytest.fixture
def recorded_times(store):
    return lambda: [event.recorded_at for event in store.log.events_after(after=0, limit=1000)]


@pytest.fixture
def future_microseconds():
    """Return a time this many seconds from now, in microseconds: the clock of the log then seems to lag by as much."""
    return lambda seconds: to_microseconds(datetime.now(UTC)) + int(seconds * SECOND)


def test_an_event_is_recorded_now(append, recorded_times):
    before = to_microseconds(datetime.now(UTC))
    append()
    assert before - SECOND < recorded_times()[0] < before + 5 * SECOND


def test_times_rise_strictly_within_an_append_and_from_one_to_the_next(append, recorded_times):
    for count in (600, 1, 5):
        append(count)
    assert all(earlier < later for earlier, later in pairwise(recorded_times()))


def test_when_the_clock_stands_behind_the_newest_event_times_rise_by_a_microsecond(append, recorded_times, future_microseconds):
    newest = future_microseconds(3)
    append(times=[newest])
    append(2)
    append()
    assert recorded_times() == [newest, newest + 1, newest + 2, newest + 3]


def test_a_clock_more_than_five_seconds_behind_is_refused(store, append, future_microseconds):
    append(times=[future_microseconds(60)])
    head = store.log.head()
    with pytest.raises(ClockBehind):
        append()
    assert store.log.head() == head


def test_a_journals_times_are_honoured_and_equal_ones_rise_by_a_microsecond(append, recorded_times):
    later = A_DAY_IN_1999 + SECOND
    append(5, times=[A_DAY_IN_1999, A_DAY_IN_1999, A_DAY_IN_1999 - SECOND, later, later])
    assert recorded_times() == [A_DAY_IN_1999, A_DAY_IN_1999 + 1, A_DAY_IN_1999 + 2, later, later + 1]


def test_a_journal_is_never_older_than_the_newest_event(append, recorded_times):
    append(times=[A_DAY_IN_1999])
    append(times=[A_DAY_IN_1999 - SECOND])
    assert recorded_times() == [A_DAY_IN_1999, A_DAY_IN_1999 + 1]


def test_an_instant_is_a_position(store, append):
    append(3, times=[A_DAY_IN_1999, A_DAY_IN_1999 + SECOND, A_DAY_IN_1999 + 2 * SECOND])
    day = from_microseconds(A_DAY_IN_1999)
    moments = [day - timedelta(microseconds=1), day, day + timedelta(seconds=1.5), datetime.now(UTC)]
    assert [store.log.position_at(moment) for moment in moments] == [0, 1, 2, 3]


def test_a_position_is_a_moment(store, append):
    append(2, times=[A_DAY_IN_1999, A_DAY_IN_1999 + SECOND])
    assert store.log.head_at(2) == store.log.head()
    assert store.log.head_at(1).recorded_at == A_DAY_IN_1999
    assert store.log.head_at(3) is None


def test_a_microsecond_goes_to_an_instant_and_back():
    assert to_microseconds(from_microseconds(1_777_886_400_123_456)) == 1_777_886_400_123_456


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_clock_that_stands_still_or_goes_back_is_met_by_a_microsecond(monkeypatch, append, recorded_times):
    clock = iter([A_DAY_IN_1999, A_DAY_IN_1999, A_DAY_IN_1999 - SECOND])
    monkeypatch.setattr("okr_events.event_log.sqlite.read_clock", lambda: next(clock))
    monkeypatch.setattr("okr_events.event_log.clock.check_trusted", lambda _: None)
    for _ in range(3):
        append()
    assert recorded_times() == [A_DAY_IN_1999, A_DAY_IN_1999 + 1, A_DAY_IN_1999 + 2]
