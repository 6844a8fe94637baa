"""Several processes share one log: each waits for the append lock, but not for ever."""

import sqlite3
from uuid import uuid4

import pytest
from eventsourcing.persistence import StoredEvent

from okr_events.domain.errors import LogBusy, LogUnreachable
from okr_events.event_log.envelope import Envelope


@pytest.fixture
def impatient_log(monkeypatch, store):
    """Open the log with a lock timeout of a tenth of a second."""
    monkeypatch.setattr("okr_events.event_log.sqlite.BUSY_SECONDS", 0.1)
    monkeypatch.setattr("okr_events.event_log.postgres.LOCK_SECONDS", 0.1)
    again = store.reopen()
    yield again.log
    again.close()


def append_event(log):
    return log.insert_events([StoredEvent(uuid4(), 1, "Unit.Renamed", b"{}")], envelope=[Envelope(uuid4())])


def test_every_process_sees_what_was_recorded(store, impatient_log, append):
    append(2)
    assert impatient_log.head() == store.log.head()
    assert append_event(impatient_log) == [3]
    assert append() == [4]
    assert impatient_log.events_after(after=0) == store.log.events_after(after=0)


def test_who_waits_too_long_for_the_append_lock_records_nothing(store, impatient_log):
    with store.log.append_transaction() as run:
        store.log.lock_head(run)
        with pytest.raises(LogBusy):
            append_event(impatient_log)
    assert append_event(impatient_log) == [1]


def test_readers_never_wait(store, impatient_log, append):
    append(2)
    with store.log.append_transaction() as run:
        store.log.lock_head(run)
        assert len(impatient_log.events_after(after=0)) == 2
        assert impatient_log.head().position == 2


@pytest.mark.parametrize("store", ["postgres"], indirect=True)
def test_a_lost_connection_is_told_and_the_next_one_works(store, append):
    def cut():
        with store.log.append_transaction() as run:
            run("SELECT pg_terminate_backend(pg_backend_pid())", ())

    with pytest.raises(LogUnreachable):
        cut()
    assert append() == [1]


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_what_is_wrong_with_sqlite_otherwise_is_not_called_busy(store):
    def ask():
        with store.log.read_transaction() as run:
            run("SELECT * FROM nothing", ())

    with pytest.raises(sqlite3.OperationalError):
        ask()
