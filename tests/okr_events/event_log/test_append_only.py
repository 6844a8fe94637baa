"""The log rejects updates and deletes from every connection."""

import pytest

from okr_events.event_log.idempotency import CommandResult, IdempotencyKey

CHANGES = {
    "events": "UPDATE events SET topic = 'Unit.Moved'",
    "ledger": "UPDATE ledger SET recorded_at = recorded_at + 1",
    "answers": "UPDATE answers SET status = 500",
    "tree": "UPDATE tree SET position = position + 9",
}


@pytest.fixture
def run_statement(store, append):
    """Run a statement on a log with two events and one answer."""
    append(2, key=IdempotencyKey(b"key", b"request"), result=CommandResult(201, None, None, 0, 0))

    def run_it(statement):
        with store.log.append_transaction() as run:
            run(statement, ())

    return run_it


@pytest.mark.parametrize("table", CHANGES)
def test_nothing_is_changed(store, run_statement, table):
    before = store.log.events_after(after=0)
    with pytest.raises(Exception, match="append only"):
        run_statement(CHANGES[table])
    assert store.log.events_after(after=0) == before


@pytest.mark.parametrize("table", CHANGES)
def test_nothing_is_deleted(store, run_statement, table):
    with pytest.raises(Exception, match="append only"):
        run_statement(f"DELETE FROM {table}")
    assert len(store.log.events_after(after=0)) == 2


def test_nothing_is_changed_by_way_of_a_conflict(store, run_statement):
    before = store.log.events_after(after=0)
    with pytest.raises(Exception, match="append only"):
        run_statement(
            "INSERT INTO events SELECT * FROM events WHERE true ON CONFLICT (position) DO UPDATE SET topic = 'Unit.Moved'"
        )
    assert store.log.events_after(after=0) == before


@pytest.mark.parametrize("table", CHANGES)
@pytest.mark.parametrize("store", ["postgres"], indirect=True)
def test_nothing_is_truncated(store, run_statement, table):
    with pytest.raises(Exception, match="append only"):
        run_statement(f"TRUNCATE {table}")
    assert len(store.log.events_after(after=0)) == 2


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_what_is_acknowledged_is_on_the_disk(store):
    with store.log.append_transaction() as run:
        pragmas = [run(f"PRAGMA {name}", ())[0][0] for name in ("journal_mode", "synchronous")]
    assert pragmas == ["wal", 2]
