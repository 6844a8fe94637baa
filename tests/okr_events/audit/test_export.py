"""Exports of real logs on both engines."""

from contextlib import contextmanager
from uuid import uuid4

import pytest
from eventsourcing.persistence import StoredEvent

from okr_events.audit import export
from okr_events.audit.export import Unexportable
from okr_events.event_log.checkpoint_notes import Checkpoint, sign_checkpoint
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.merkle import compute_root
from tests.okr_events.audit.in_memory_log import NAME, OUR_KEY, verify_lines


@pytest.fixture
def append(store):
    """Append events, each to a stream of its own."""

    def record(count):
        events = [StoredEvent(uuid4(), 1, "Unit.Renamed", '{"name":"Größe"}'.encode()) for _ in range(count)]
        return store.log.insert_events(events, envelope=[Envelope(uuid4()) for _ in events])

    return record


def create_note(log, size):
    return sign_checkpoint(Checkpoint(NAME, size, compute_root(size, log.fetch_hashes)), [OUR_KEY])


@contextmanager
def drop_guards(log):
    """Run a statement with full rights on the database."""
    with log.append_transaction() as run:
        if log.engine == "sqlite":
            run("DROP TRIGGER events_UPDATE", ())
            run("DROP TRIGGER events_DELETE", ())
        else:
            run("SET LOCAL session_replication_role = replica", ())
        yield run
    log.create_table()


def test_an_export_of_a_log_is_valid_against_every_checkpoint_of_it(store, append):
    append(1203)
    lines = list(export.export_all(store.log, create_note(store.log, 1203), 1203))
    assert len(lines) == 1204
    for kept in (0, 1, 500, 1024, 1203):
        assert verify_lines(lines, create_note(store.log, kept)).valid


def test_a_selection_of_a_log_is_valid_in_any_number_of_lines(store, append):
    append(620)
    for positions in ([1], [620], [1, 2, 3, 7, 512, 513, 620], range(1, 621, 3), range(1, 621)):
        lines = list(export.export_selection(store.log, create_note(store.log, 620), 620, positions, since=77))
        assert len(lines) == len(positions) + 1
        assert verify_lines(lines, create_note(store.log, 77)).valid


def test_an_export_ends_at_its_checkpoint_though_others_append_meanwhile(store, append):
    append(700)
    whole = export.export_all(store.log, create_note(store.log, 700), 700)
    some = export.export_selection(store.log, create_note(store.log, 700), 700, range(1, 701, 2))
    lines, proved = [next(whole)], [next(some)]
    append(300)
    lines += whole
    for kept in (create_note(store.log, 700), create_note(store.log, 1)):
        assert verify_lines(lines, kept).valid
    assert verify_lines([*proved, *some], create_note(store.log, 700)).valid
    assert "its end was cut off" in verify_lines(lines, create_note(store.log, 1000)).why


def test_the_log_of_no_events_is_exported_as_its_checkpoint(store):
    lines = list(export.export_all(store.log, create_note(store.log, 0), 0))
    assert len(lines) == 1
    assert verify_lines(lines, create_note(store.log, 0)).valid


def test_a_change_behind_the_logs_back_shows_in_its_export(store, append):
    append(5)
    kept = create_note(store.log, 5)
    with drop_guards(store.log) as run:
        run("UPDATE events SET state = %s WHERE position = 3", (b"{}",))
    verdict = verify_lines(export.export_all(store.log, kept, 5), kept)
    assert (verdict.valid, verdict.position) == (False, 3)
    assert verify_lines(export.export_selection(store.log, kept, 5, [2, 3]), kept).position == 3
    assert verify_lines(export.export_selection(store.log, kept, 5, [2, 4]), kept).valid


def test_what_is_not_text_any_more_is_said_by_its_position(store, append):
    append(5)
    with drop_guards(store.log) as run:
        run("UPDATE events SET state = %s WHERE position = 3", (b"\xff",))
    for lines in (export.export_all(store.log, "", 5), export.export_selection(store.log, "", 5, [1, 3])):
        with pytest.raises(Unexportable, match=r"Position 3: .* not UTF-8"):
            list(lines)


@pytest.mark.parametrize("gone", [1, 3, 5])
def test_an_event_that_is_gone_is_said_by_its_position(store, append, gone):
    append(5)
    with drop_guards(store.log) as run:
        run("DELETE FROM events WHERE position = %s", (gone,))
    for lines in (export.export_all(store.log, "", 5), export.export_selection(store.log, "", 5, [1, 3, 5])):
        with pytest.raises(Unexportable, match=f"Position {gone}: the event is missing"):
            list(lines)
