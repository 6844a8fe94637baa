"""A clock that ran ahead: bounded on the way in, and accepted on the way out."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest

from okr_events.domain.errors import ClockAhead, ClockBehind, ClocksApart, NothingToAccept, ReasonRequired
from okr_events.domain.values import Level
from okr_events.event_log import clock
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.hash_chain import from_microseconds, to_microseconds
from okr_events.event_log.integrity_check import LogVerifier

SECOND = 1_000_000
DECADES = 30 * 365 * 86_400 * SECOND


@pytest.fixture
def reasoned(intent):
    return replace(intent, reason="The host's battery was empty")


@contextmanager
def host_clock(offset_seconds):
    """The host's clock stands this far from the true time."""
    true_clock = clock.read_clock
    with pytest.MonkeyPatch.context() as patch:
        for module in ("clock", "sqlite"):
            patch.setattr(f"okr_events.event_log.{module}.read_clock", lambda: true_clock() + int(offset_seconds * SECOND))
        yield


@pytest.fixture
def record(okrs, intent):
    """Records an event."""
    company = okrs.create_unit(intent, name="Tech", level=Level.COMPANY).id
    return lambda name="Team": okrs.create_unit(intent, name=name, level=Level.TEAM, parent_id=company).position


@pytest.fixture
def with_head_ahead(append, record):
    """Records an event with a time this many microseconds ahead, as a clock that was wrong at boot would."""
    record("Before")

    def lead(by=DECADES):
        return append(times=[to_microseconds(datetime.now(UTC)) + by])[0]

    return lead


@pytest.mark.parametrize("seconds", [61, 3_600, 86_400 * 365])
def test_a_clock_that_was_set_ahead_since_the_process_began_records_nothing(store, record, seconds):
    head = store.log.head()
    with host_clock(seconds), pytest.raises((ClockAhead, ClocksApart)):
        record()
    assert store.log.head() == head
    record()


@pytest.mark.parametrize("seconds", [0, 3, 59])
def test_a_small_step_of_the_clock_is_no_reason(record, seconds):
    with host_clock(seconds):
        record()


@pytest.mark.parametrize("store", ["postgres"], indirect=True)
def test_host_and_database_agree_to_a_minute(record):
    with host_clock(-61), pytest.raises(ClocksApart):
        record()
    with host_clock(-59):
        record()


def test_the_age_of_the_newest_event_is_no_reason(append, record):
    append(times=[to_microseconds(datetime(1970, 1, 2, tzinfo=UTC))])
    record()


def test_a_head_that_leads_stops_every_command_until_the_clock_is_accepted(okrs, record, reasoned, with_head_ahead):
    ahead = with_head_ahead()
    with pytest.raises(ClockBehind):
        record()
    accepted = okrs.accept_clock(reasoned)
    assert accepted.position == ahead + 1
    assert record() == ahead + 2
    assert okrs.load_version(accepted.id, 1).version == 1


def test_from_the_acceptance_on_times_rise_by_a_microsecond_and_envelopes_hold_the_wall_time(
    store, okrs, record, reasoned, with_head_ahead
):
    ahead = with_head_ahead()
    before = to_microseconds(datetime.now(UTC))
    okrs.accept_clock(reasoned)
    for name in ("A", "B", "C"):
        record(name)
    first, *events = store.log.events_after(after=ahead - 1)
    assert [event.recorded_at - first.recorded_at for event in events] == [1, 2, 3, 4]
    walls = [Envelope.decode(event.envelope, event.originator_id, event.originator_version).wall_time for event in events]
    assert all(before <= wall <= to_microseconds(datetime.now(UTC)) for wall in walls)
    assert all(earlier < later for earlier, later in pairwise(walls))
    assert [event.time for event in events] == walls
    assert (store.log.head().wall_time, store.log.head_at(ahead + 1).time) == (walls[-1], walls[0])
    assert b"wall_time" not in first.envelope


def test_events_of_one_append_have_rising_wall_times(store, okrs, reasoned, append, with_head_ahead):
    ahead = with_head_ahead()
    okrs.accept_clock(reasoned)
    append(600)
    times = [event.time for event in store.log.events_after(after=ahead, limit=1000)]
    assert len(times) == 601
    assert all(earlier < later for earlier, later in pairwise(times))


def test_when_time_catches_up_the_log_is_as_before(store, okrs, record, reasoned, with_head_ahead):
    ahead = with_head_ahead(by=8 * SECOND)
    okrs.accept_clock(reasoned)
    with host_clock(10) if store.engine == "sqlite" else waited_for(store, 10):
        record("Later")
    last = store.log.events_after(after=ahead + 1)[-1]
    assert (last.time, b"wall_time" in last.envelope) == (last.recorded_at, False)
    assert store.log.head().time == last.recorded_at


@contextmanager
def waited_for(store, seconds):
    """The clock of the database server, too, stands this far ahead."""
    lock_head = store.log.lock_head
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store.log, "lock_head", lambda run: (lock_head(run)[0], clock.read_clock() + seconds * SECOND))
        yield


@pytest.mark.parametrize("lead", [0, 3 * SECOND])
def test_there_must_be_something_to_accept(okrs, reasoned, with_head_ahead, lead):
    with_head_ahead(by=lead)
    with pytest.raises(NothingToAccept):
        okrs.accept_clock(reasoned)


def test_a_clock_is_accepted_once_per_lead_and_needs_a_reason(okrs, intent, reasoned, append, with_head_ahead):
    with_head_ahead()
    with pytest.raises(ReasonRequired):
        okrs.accept_clock(intent)
    first = okrs.accept_clock(reasoned)
    with pytest.raises(NothingToAccept):
        okrs.accept_clock(reasoned)
    append(times=[to_microseconds(datetime.now(UTC)) + 2 * DECADES])
    assert okrs.accept_clock(reasoned).id == first.id


def test_an_instant_finds_the_position_by_wall_times(store, okrs, reasoned, append, with_head_ahead):
    """The independent answer: the last position whose time is not later, of the stretch that the instant falls into."""
    for decades in (1, 2):
        with_head_ahead(by=decades * DECADES)
        okrs.accept_clock(reasoned)
        append(5)
    events = store.log.events_after(after=0, limit=1000)
    walled = [event for event in events if b"wall_time" in event.envelope]
    assert len(walled) == 12
    for event in walled:
        instant = from_microseconds(event.time)
        assert store.log.position_at(instant) == event.position
    assert store.log.position_at(datetime.now(UTC)) == walled[-1].position
    early = [event for event in events if event.position < walled[0].position - 1]
    for event in early:
        assert store.log.position_at(from_microseconds(event.recorded_at)) == event.position
    assert store.log.position_at(from_microseconds(early[0].recorded_at) - timedelta(microseconds=1)) == 0


def test_an_accepted_clock_is_no_fault(store, okrs, record, reasoned, with_head_ahead):
    with_head_ahead()
    okrs.accept_clock(reasoned)
    record()
    faults = [fault.message for fault in LogVerifier(store.log, okrs.mapper).find_faults()]
    assert [message for message in faults if "time" in message] == []


def test_a_wall_time_is_part_of_what_is_hashed():
    ada = UUID(int=1)
    with_time, without = (Envelope(ada, correlation_id=ada, wall_time=time).encode() for time in (7, None))
    assert with_time == without.removesuffix(b"}") + b',"wall_time":7}'
    assert Envelope.decode(with_time, ada, 1).wall_time == 7
