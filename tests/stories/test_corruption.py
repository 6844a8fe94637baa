"""Every tampering is detected: each column of each table, swapped or deleted rows, and a rewritten past."""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from eventsourcing.persistence import StoredEvent

from api.operations.checkpoints import DEMAND, create_checkpoint, public_keys
from api.operations.signed_history import ExternalCheckpoint
from api.operations.stores import Stores, open_stores
from okr_events.audit import export
from okr_events.audit.trust import parse_keys
from okr_events.audit.verify import verify
from okr_events.commands.intent import Intent
from okr_events.domain.errors import Unavailable, VersionConflict
from okr_events.domain.values import Level
from okr_events.event_log import constraint_tables
from okr_events.event_log.checkpoint_notes import Checkpoint, verify_checkpoint
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.hash_chain import GENESIS
from tests.examination import find_faults
from tests.okr_events.event_log.all_commands import AllCommands

pytestmark = pytest.mark.slow
Row = tuple[Any, ...]


@dataclass
class RecordedLog:
    """A log after every command, with a checkpoint kept elsewhere."""

    stores: Stores
    checkpoints: ExternalCheckpoint
    signed_checkpoint: Checkpoint

    @property
    def log(self) -> Any:
        return self.stores.log

    def find_faults(self) -> list[str]:
        """Return the faults that the doctor finds."""
        return find_faults(self.stores, self.checkpoints)

    def is_export_valid(self) -> bool:
        """Return whether the offline verifier accepts an export, given the kept checkpoint."""
        try:
            lines = list(export.export_all(self.log, self.checkpoints.note, self.signed_checkpoint.size))
        except Unavailable:
            return False
        return verify(lines, self.checkpoints.note, parse_keys(self.checkpoints.keys)).valid

    def run_statement(self, statement: str, params: Any = ()) -> list[Row]:
        with self.log.read_transaction() as run:
            return run(statement, params)

    @contextmanager
    def without_triggers(self) -> Iterator[Callable[..., list[Row]]]:
        """Open a transaction with full rights on the database; restore the triggers afterwards."""
        with self.log.append_transaction() as run:
            if self.log.engine == "sqlite":
                for (name,) in run("SELECT name FROM sqlite_master WHERE type = 'trigger'", ()):
                    run(f"DROP TRIGGER {name}", ())
            else:
                run("SET LOCAL session_replication_role = replica", ())
            yield run
        self.log.create_table()

    def columns_by_table(self) -> dict[str, list[str]]:
        """Return every table of the log with its columns."""
        if self.log.engine == "sqlite":
            names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            columns = "SELECT name FROM pragma_table_info(%s)"
        else:
            names = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'log'"
            columns = "SELECT column_name::text FROM information_schema.columns WHERE table_schema = 'log' AND table_name = %s"
        found = sorted(name for (name,) in self.run_statement(names.replace("%'", "%%'")))
        return {name: [column for (column,) in self.run_statement(columns, (name,))] for name in found}


@pytest.fixture
def recorded_log(stores: Stores, tmp_path: Path) -> RecordedLog:
    with stores.register.write_transaction() as connection:
        ada = stores.register.people.add(connection, name="Ada").id
    intent = Intent(ada, reason="It has to be")
    everything = AllCommands(stores.okrs, intent)
    everything.run_all(tmp_path)
    for number in range(201):
        stores.okrs.check_in(intent, everything.open_key_result, value=Decimal(number % 4))
    key = stores.register.idempotency_key(ada, "k", method="POST", path="/v1/units", body=b"{}")
    for name in ("Once", "Twice"):
        stores.okrs.change_unit(replace(intent, key=replace(key, key=name.encode())), everything.team, name=name)
    stores.views.catch_up()
    note = create_checkpoint(stores, stores.settings, DEMAND)
    keys = "\n".join(key.verifier.text for key in public_keys(stores, stores.settings))
    stores.okrs.change_unit(intent, everything.team, name="Later")
    return RecordedLog(stores, ExternalCheckpoint(note, keys), verify_checkpoint(note, parse_keys(keys)))


def flip_bits(value: Any) -> list[Any]:
    """Yield the value with a bit of its first, middle or last byte changed."""
    match value:
        case bool() | None:
            return []
        case int():
            return [value ^ 1, value ^ 1 << 40]
        case UUID():
            return [UUID(int=value.int ^ 1)]
        case str():
            places = sorted({0, len(value) // 2, len(value) - 1}) if value else []
            return [value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :] for at in places]
    data = bytes(value)
    places = sorted({0, len(data) // 2, len(data) - 1}) if data else []
    return [data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] for at in places]


def overwrite_row(log: RecordedLog, table: str, before: Row, after: Row) -> bool:
    """Overwrite a row; return whether the database itself allows it."""
    columns, same = log.columns_by_table()[table], "IS" if log.log.engine == "sqlite" else "IS NOT DISTINCT FROM"
    where = " AND ".join(f"{column} {same} %s" for column in columns)
    try:
        with log.without_triggers() as run:
            run(f"UPDATE {table} SET {', '.join(f'{column} = %s' for column in columns)} WHERE {where}", [*after, *before])
    except Exception as error:
        words = ("constraint", "unique", "duplicate", "out of range")
        if isinstance(error, VersionConflict) or any(word in str(error).lower() for word in words):
            log.log.create_table()
            return False
        raise
    return True


@pytest.mark.parametrize("rows_each", [1, pytest.param(2, marks=pytest.mark.torture)])
def test_a_changed_byte_of_every_column_of_every_table_is_found(recorded_log: RecordedLog, rows_each: int, capsys: Any) -> None:
    assert recorded_log.find_faults() == []
    assert recorded_log.is_export_valid()
    found, refused = Counter[str](), Counter[str]()
    for table, columns in recorded_log.columns_by_table().items():
        rows = [
            tuple(map(to_plain_value, row)) for row in recorded_log.run_statement(f"SELECT {', '.join(columns)} FROM {table}")
        ]
        assert rows, f"{table} must hold something"
        for index, column in enumerate(columns):
            having = [row for row in rows if flip_bits(row[index])]
            assert having, f"{table}.{column} must hold something"
            for row in {having[0], having[-1]} if rows_each > 1 else {having[-(index % 2)]}:
                for value in flip_bits(row[index]):
                    after = (*row[:index], value, *row[index + 1 :])
                    if not overwrite_row(recorded_log, table, row, after):
                        refused[f"{table}.{column}"] += 1
                        continue
                    rebuilt = table == "derivation" and value < row[index]  # an earlier version's tables are derived anew
                    assert rebuilt or recorded_log.find_faults(), f"{table}.{column}: {row[index]!r} became {value!r}"
                    if table in {"events", "ledger"} and row[0] <= recorded_log.signed_checkpoint.size:
                        assert not recorded_log.is_export_valid(), f"{table}.{column}: {row[index]!r} became {value!r}"
                    assert overwrite_row(recorded_log, table, after, row)
                    found[f"{table}.{column}"] += 1
    assert recorded_log.find_faults() == []
    named = {f"{table}.{column}" for table, columns in recorded_log.columns_by_table().items() for column in columns}
    assert found.keys() | refused.keys() == named
    assert set(refused) - set(found) == {"head.one"}
    with capsys.disabled():
        where = f"{len(found)} columns of {len(recorded_log.columns_by_table())} tables"
        totals = f"{found.total()} changed bytes in {where} found, none missed; {refused.total()} refused"
        print(f"\n{recorded_log.log.engine}: {totals}")  # noqa: T201


def to_plain_value(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


SWAPPED = {
    "two payloads": {"events": ("state",)},
    "two events whole": {"events": ("originator_id", "originator_version", "topic", "state")},
    "two envelopes": {"ledger": ("envelope",)},
    "two times": {"ledger": ("recorded_at",)},
    "two links of the chain": {"ledger": ("chain",)},
    "two rows of the ledger": {"ledger": ("recorded_at", "envelope", "chain")},
    "two rows of the tree": {"tree": ("nodes",)},
    "all of two positions": {
        "events": ("originator_id", "originator_version", "topic", "state"),
        "ledger": ("envelope",),
    },
}


def test_rows_that_were_swapped_are_found(recorded_log: RecordedLog) -> None:
    for what, tables in SWAPPED.items():
        for first, second in ((3, 4), (2, recorded_log.signed_checkpoint.size - 1)):
            swap_events(recorded_log, tables, first, second)
            assert recorded_log.find_faults(), what
            assert "tree" in tables or not recorded_log.is_export_valid(), what
            swap_events(recorded_log, tables, first, second)
    assert recorded_log.find_faults() == []


def swap_events(log: RecordedLog, tables: dict[str, tuple[str, ...]], first: int, second: int) -> None:
    with log.without_triggers() as run:
        for table, columns in tables.items():
            swap_rows(run, table, columns, first, second)


def swap_rows(run: Any, table: str, columns: tuple[str, ...], first: int, second: int) -> None:
    look = f"SELECT {', '.join(columns)} FROM {table} WHERE position = %s"
    cells = {place: run(look, (place,))[0] for place in (first, second)}
    sets = ", ".join(f"{column} = %s" for column in columns)
    parked = [value ^ 1 << 50 if isinstance(value, int) else value for value in cells[first]]
    parked = [UUID(int=1).hex if column == "originator_id" else value for column, value in zip(columns, parked, strict=True)]
    run(f"UPDATE {table} SET {sets} WHERE position = %s", [*parked, first])
    run(f"UPDATE {table} SET {sets} WHERE position = %s", [*cells[first], second])
    run(f"UPDATE {table} SET {sets} WHERE position = %s", [*cells[second], first])


def read_events(log: RecordedLog) -> list[Any]:
    recorded: list[Any] = []
    while page := log.log.events_after(after=len(recorded), limit=500):
        recorded += page
    return recorded


def replace_events(log: RecordedLog, recorded: list[Any]) -> None:
    """Empty the log and append these events with a consistent chain, tree, head and constraint tables."""
    with log.without_triggers() as run:
        for table in ("events", "ledger", "tree", "answers", "sealed_reports"):
            run(f"DELETE FROM {table}", ())
        run("UPDATE head SET position = 0, recorded_at = 0, chain = %s, peaks = %s", (GENESIS, b""))
    stored = [StoredEvent(e.originator_id, e.originator_version, e.topic, e.state) for e in recorded]
    envelopes = [Envelope.decode(e.envelope, e.originator_id, e.originator_version) for e in recorded]
    log.log.insert_events(stored, envelope=envelopes, times=[e.recorded_at for e in recorded])
    with log.log.append_transaction() as run:
        run("DELETE FROM derivation", ())
    constraint_tables.rebuild_if_outdated(log.log, log.stores.okrs.mapper)


def change_payload(recorded: list[Any]) -> list[Any]:
    """Change one payload."""
    at = next(n for n, event in enumerate(recorded) if b'"Products"' in event.state)
    return [
        *recorded[:at],
        replace(recorded[at], state=recorded[at].state.replace(b"Products", b"Services")),
        *recorded[at + 1 :],
    ]


def drop_last_of_stream(recorded: list[Any]) -> list[Any]:
    """Delete the last event of a stream and move up everything after it."""
    at = next(n for n, event in enumerate(recorded) if event.topic == "Conversation.Answered")
    return [*recorded[:at], *recorded[at + 1 :]]


def reorder_neighbours(recorded: list[Any]) -> list[Any]:
    """Swap two neighbouring events of different streams, and their times."""
    at = next(n for n in range(5, len(recorded)) if recorded[n].originator_id != recorded[n - 1].originator_id)
    first, second = recorded[at - 1], recorded[at]
    pair = [replace(second, recorded_at=first.recorded_at), replace(first, recorded_at=second.recorded_at)]
    return [*recorded[: at - 1], *pair, *recorded[at + 1 :]]


def drop_tail(recorded: list[Any]) -> list[Any]:
    return recorded[:-5]


def drop_last(recorded: list[Any]) -> list[Any]:
    return recorded[:-2]


def backdate_events(recorded: list[Any]) -> list[Any]:
    return [replace(event, recorded_at=event.recorded_at - 10**12) for event in recorded]


def test_a_past_that_was_told_anew_with_all_its_hashes_is_found_by_the_kept_checkpoint(recorded_log: RecordedLog) -> None:
    recorded = read_events(recorded_log)
    for change in (change_payload, drop_last_of_stream, reorder_neighbours, drop_tail, drop_last, backdate_events):
        replace_events(recorded_log, recorded)
        assert not [fault for fault in recorded_log.find_faults() if "checkpoint" in fault], (
            "told as it was, it is the same past"
        )
        assert recorded_log.is_export_valid()
        replace_events(recorded_log, change(recorded))
        assert [fault for fault in recorded_log.find_faults() if "The kept checkpoint" in fault], change
        assert not recorded_log.is_export_valid(), change


@pytest.mark.parametrize("environment", ["sqlite"], indirect=True)
def test_an_old_copy_of_the_whole_installation_is_found_by_the_kept_checkpoint(
    stores: Stores, tmp_path: Path, environment: dict[str, str]
) -> None:
    with stores.register.write_transaction() as connection:
        ada = stores.register.people.add(connection, name="Ada").id
    company = stores.okrs.create_unit(Intent(ada), name="Tech", level=Level.COMPANY).id
    old = tmp_path / "old"
    shutil.copytree(environment["OKR_DATA_DIR"], old, ignore=shutil.ignore_patterns("*.sqlite*"))
    for name in ("log", "register"):
        with sqlite3.connect(Path(environment["OKR_DATA_DIR"]) / f"{name}.sqlite") as live:
            live.backup(sqlite3.connect(old / f"{name}.sqlite"))
    stores.okrs.change_unit(Intent(ada), company, name="Technology")
    note = create_checkpoint(stores, stores.settings, DEMAND)
    keys = "\n".join(key.verifier.text for key in public_keys(stores, stores.settings))
    copy = open_stores(replace(stores.settings, data_dir=old))
    found = find_faults(copy, ExternalCheckpoint(note, keys))
    assert [fault for fault in found if "The kept checkpoint" in fault and "its end was lost" in fault]
    assert find_faults(copy) == [], "alone it looks whole"
    copy.close()
