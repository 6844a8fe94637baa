"""Positions are 1, 2, 3 …, in order of commits, without gaps."""

from threading import Thread
from uuid import uuid4

import pytest
from eventsourcing.persistence import StoredEvent

from okr_events.domain.errors import VersionConflict
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.hash_chain import Head

MEBIBYTE = 1 << 20


def positions(log):
    return [event.position for event in log.events_after(after=0, limit=10_000)]


def test_an_empty_log_stands_at_0(store):
    assert store.log.head() == Head()
    assert positions(store.log) == []


def test_positions_have_no_gaps(store, append):
    assert append(3) == [1, 2, 3]
    assert append(2) == [4, 5]
    assert positions(store.log) == [1, 2, 3, 4, 5]
    assert store.log.max_notification_id() == store.log.head().position == 5


def test_nor_after_a_conflict(store, append):
    stream = uuid4()
    append(2, stream=stream)
    with pytest.raises(VersionConflict):
        append(2, stream=stream, version=2)
    assert append() == [3]
    assert positions(store.log) == [1, 2, 3]


def test_a_conflict_at_the_end_of_a_long_append_takes_all_of_it_back(store, append):
    stream = uuid4()
    append(stream=stream, version=700)
    head = store.log.head()
    with pytest.raises(VersionConflict):
        append(700, stream=stream)
    assert store.log.head() == head
    assert positions(store.log) == [1]


def test_what_is_wrong_otherwise_is_no_conflict(store):
    numberless = StoredEvent(uuid4(), 2**70, "Unit.Renamed", b"{}")
    with pytest.raises(Exception, match=r"(?i)too large|out of range") as refused:
        store.log.insert_events([numberless], envelope=[Envelope(uuid4())])
    assert not isinstance(refused.value, VersionConflict)
    assert positions(store.log) == []


def test_twelve_hundred_events_are_one_append(store, append):
    assert append(1200) == list(range(1, 1201))
    assert positions(store.log) == list(range(1, 1201))


def test_a_state_may_be_larger_than_a_mebibyte(store, append):
    state = b'"' + b"x" * (2 * MEBIBYTE) + b'"'
    append(3, state=state)
    assert [event.state for event in store.log.events_after(after=0)] == [state] * 3


def test_events_keep_the_order_in_which_they_were_stated(store):
    first, second = uuid4(), uuid4()
    events = [StoredEvent(id, version, "Unit.Renamed", b"{}") for version in (1, 2) for id in (first, second)]
    store.log.insert_events(events, envelope=[Envelope(first)] * 4)
    assert [event.originator_id for event in store.log.events_after(after=0)] == [first, second, first, second]


def test_appends_at_once_share_no_position(store, append):
    threads = [Thread(target=lambda: [append(2) for _ in range(5)]) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert positions(store.log) == list(range(1, 61))
    assert [e.originator_version for e in store.log.events_after(after=0)] == [1, 2] * 30


def test_the_log_is_read_in_pages(store, append):
    append(5)
    assert [event.position for event in store.log.events_after(after=2, limit=2)] == [3, 4]
    assert store.log.events_after(after=5) == []


def test_a_stream_is_read_in_its_order(store, append):
    stream = uuid4()
    append(3, stream=stream)
    append(2)
    assert [stored.originator_version for stored in store.log.select_events(stream)] == [1, 2, 3]


def test_notifications_are_what_was_recorded(store, append):
    append(4)
    assert [n.id for n in store.log.select_notifications(2, 10, stop=3)] == [2, 3]
    assert [n.id for n in store.log.select_notifications(2, 10, inclusive_of_start=False)] == [3, 4]
    assert store.log.select_notifications(None, 10, topics=["Unit.Moved"]) == []


def test_an_append_of_nothing_records_nothing(store, append):
    assert append(0) == []
    assert store.log.head() == Head()
