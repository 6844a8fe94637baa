"""A disk that is full, failing or read-only records nothing and says so; connections that became read-only are dropped."""

from contextlib import ExitStack

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from okr_events.domain.errors import LogUnreachable, LogUnwritable


@pytest.mark.parametrize("store", ["postgres"], indirect=True)
@pytest.mark.parametrize("state", ["disk_full", "io_error"])
def test_an_error_of_postgresqls_disk_is_told_as_such(store, append, state):
    with pytest.raises(LogUnwritable), store.log.append_transaction() as run:
        run(f"DO $$BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '{state}'; END$$", ())
    assert append() == [1]


@pytest.mark.parametrize("store", ["postgres"], indirect=True)
@pytest.mark.parametrize("error", [psycopg.errors.DiskFull, psycopg.errors.InternalError_])
def test_a_commit_during_which_postgresql_ended_may_have_recorded(store, error):
    """PostgreSQL ends when the disk of its write-ahead log is full, and the commit may be there after its recovery."""
    panic = error("could not write", info={psycopg.pq.DiagnosticField.SEVERITY_NONLOCALIZED: b"PANIC"})
    with pytest.raises(LogUnreachable), store.log.append_transaction():
        raise panic


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_connections_of_the_log_that_were_opened_read_only_fail_once(store, append):
    with ExitStack() as opened:
        for _ in range(3):
            opened.enter_context(store.log.read_transaction())("PRAGMA query_only = ON", ())
    with pytest.raises(LogUnwritable):
        append()
    assert [append() for _ in range(3)] == [[1], [2], [3]]


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_connections_of_the_register_that_were_opened_read_only_fail_once(store):
    def add():
        with store.register.write_transaction() as connection:
            store.register.people.add(connection, name="Ada")

    with ExitStack() as opened:
        for _ in range(3):
            opened.enter_context(store.register.engine.connect()).exec_driver_sql("PRAGMA query_only = ON")
    with pytest.raises(OperationalError):
        add()
    for _ in range(3):
        add()


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_log_that_does_not_open_is_told(store):
    store.log.close()
    store.log.path.unlink()
    store.log.path.mkdir()
    with pytest.raises(LogUnwritable):
        store.reopen()
