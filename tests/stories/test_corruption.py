"""Whatever is changed behind the log's back is found: every column of every table, rows swapped or cut off, a new past."""

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

from api.operations.checkpoints import DEMAND, checkpoint_now, public_keys
from api.operations.doctor import examined
from api.operations.signed_history import Kept
from api.operations.stores import Stores, open_stores
from okr_events.audit import export
from okr_events.audit.public_keys import keys_of
from okr_events.audit.verify import verify
from okr_events.commands.intent import Intent
from okr_events.domain.errors import Unavailable, VersionConflict
from okr_events.domain.values import Level
from okr_events.event_log import constraint_tables
from okr_events.event_log.checkpoint_notes import Checkpoint, opened
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.hash_chain import GENESIS
from tests.okr_events.event_log.all_commands import Everything

pytestmark = pytest.mark.slow
Row = tuple[Any, ...]


@dataclass
class Log:
    """A log to which everything happened, and what was noted of it elsewhere."""

    stores: Stores
    kept: Kept
    signed: Checkpoint

    @property
    def log(self) -> Any:
        return self.stores.log

    def faults(self) -> list[str]:
        """What the doctor finds."""
        return [fault.what for fault in examined(self.stores, None, lambda _: None, self.kept)]

    def exported_is_valid(self) -> bool:
        """What the offline verifier says of an export of it, with the checkpoint as it was kept."""
        try:
            lines = list(export.whole(self.log, self.kept.note, self.signed.size))
        except Unavailable:
            return False
        return verify(lines, self.kept.note, keys_of(self.kept.keys)).valid

    def run(self, statement: str, params: Any = ()) -> list[Row]:
        with self.log.reading() as run:
            return run(statement, params)

    @contextmanager
    def unguarded(self) -> Iterator[Callable[..., list[Row]]]:
        """A transaction of somebody who may do anything to the database, and puts the triggers back."""
        with self.log.appending() as run:
            if self.log.engine == "sqlite":
                for (name,) in run("SELECT name FROM sqlite_master WHERE type = 'trigger'", ()):
                    run(f"DROP TRIGGER {name}", ())
            else:
                run("SET LOCAL session_replication_role = replica", ())
            yield run
        self.log.create_table()

    def tables(self) -> dict[str, list[str]]:
        """Every table of the log with its columns, as the database knows them."""
        if self.log.engine == "sqlite":
            names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            columns = "SELECT name FROM pragma_table_info(%s)"
        else:
            names = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'log'"
            columns = "SELECT column_name::text FROM information_schema.columns WHERE table_schema = 'log' AND table_name = %s"
        found = sorted(name for (name,) in self.run(names.replace("%'", "%%'")))
        return {name: [column for (column,) in self.run(columns, (name,))] for name in found}


@pytest.fixture
def whole(stores: Stores, tmp_path: Path) -> Log:
    with stores.register.changing() as connection:
        ada = stores.register.people.add(connection, name="Ada").id
    intent = Intent(ada, reason="It has to be")
    everything = Everything(stores.okrs, intent)
    everything.happens(tmp_path)
    for number in range(201):
        stores.okrs.check_in(intent, everything.kept, value=Decimal(number % 4))
    key = stores.register.key(ada, "k", method="POST", path="/v1/units", body=b"{}")
    for name in ("Once", "Twice"):
        stores.okrs.change_unit(replace(intent, key=replace(key, key=name.encode())), everything.team, name=name)
    stores.views.catch_up()
    note = checkpoint_now(stores, stores.settings, DEMAND)
    keys = "\n".join(key.verifier.text for key in public_keys(stores, stores.settings))
    stores.okrs.change_unit(intent, everything.team, name="Later")
    return Log(stores, Kept(note, keys), opened(note, keys_of(keys)))


def flipped(value: Any) -> list[Any]:
    """The value with a bit of its first, middle or last byte changed."""
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


def put(log: Log, table: str, before: Row, after: Row) -> bool:
    """Overwrite a row; whether the database itself allows it."""
    columns, same = log.tables()[table], "IS" if log.log.engine == "sqlite" else "IS NOT DISTINCT FROM"
    where = " AND ".join(f"{column} {same} %s" for column in columns)
    try:
        with log.unguarded() as run:
            run(f"UPDATE {table} SET {', '.join(f'{column} = %s' for column in columns)} WHERE {where}", [*after, *before])
    except Exception as error:
        words = ("constraint", "unique", "duplicate", "out of range")
        if isinstance(error, VersionConflict) or any(word in str(error).lower() for word in words):
            log.log.create_table()
            return False
        raise
    return True


def test_a_changed_byte_of_every_column_of_every_table_is_found(whole: Log, capsys: Any) -> None:
    assert whole.faults() == []
    assert whole.exported_is_valid()
    found, refused = Counter[str](), Counter[str]()
    for table, columns in whole.tables().items():
        rows = [tuple(map(plain, row)) for row in whole.run(f"SELECT {', '.join(columns)} FROM {table}")]
        assert rows, f"{table} must hold something"
        for index, column in enumerate(columns):
            having = [row for row in rows if flipped(row[index])]
            assert having, f"{table}.{column} must hold something"
            for row in {having[0], having[-1]}:
                for value in flipped(row[index]):
                    after = (*row[:index], value, *row[index + 1 :])
                    if not put(whole, table, row, after):
                        refused[f"{table}.{column}"] += 1
                        continue
                    assert whole.faults(), f"{table}.{column}: {row[index]!r} became {value!r}"
                    if table in {"events", "ledger"} and row[0] <= whole.signed.size:
                        assert not whole.exported_is_valid(), f"{table}.{column}: {row[index]!r} became {value!r}"
                    assert put(whole, table, after, row)
                    found[f"{table}.{column}"] += 1
    assert whole.faults() == []
    named = {f"{table}.{column}" for table, columns in whole.tables().items() for column in columns}
    assert found.keys() | refused.keys() == named
    assert set(refused) - set(found) == {"head.one"}
    with capsys.disabled():
        where = f"{len(found)} columns of {len(whole.tables())} tables"
        print(f"\n{whole.log.engine}: {found.total()} changed bytes in {where} found, none missed; {refused.total()} refused")  # noqa: T201


def plain(value: Any) -> Any:
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


def test_rows_that_were_swapped_are_found(whole: Log) -> None:
    for what, tables in SWAPPED.items():
        for first, second in ((3, 4), (2, whole.signed.size - 1)):
            swapped(whole, tables, first, second)
            assert whole.faults(), what
            assert "tree" in tables or not whole.exported_is_valid(), what
            swapped(whole, tables, first, second)
    assert whole.faults() == []


def swapped(log: Log, tables: dict[str, tuple[str, ...]], first: int, second: int) -> None:
    with log.unguarded() as run:
        for table, columns in tables.items():
            swap(run, table, columns, first, second)


def swap(run: Any, table: str, columns: tuple[str, ...], first: int, second: int) -> None:
    look = f"SELECT {', '.join(columns)} FROM {table} WHERE position = %s"
    cells = {place: run(look, (place,))[0] for place in (first, second)}
    sets = ", ".join(f"{column} = %s" for column in columns)
    parked = [value ^ 1 << 50 if isinstance(value, int) else value for value in cells[first]]
    parked = [UUID(int=1).hex if column == "originator_id" else value for column, value in zip(columns, parked, strict=True)]
    run(f"UPDATE {table} SET {sets} WHERE position = %s", [*parked, first])
    run(f"UPDATE {table} SET {sets} WHERE position = %s", [*cells[first], second])
    run(f"UPDATE {table} SET {sets} WHERE position = %s", [*cells[second], first])


def events_of(log: Log) -> list[Any]:
    recorded: list[Any] = []
    while page := log.log.recorded(after=len(recorded), limit=500):
        recorded += page
    return recorded


def told_anew(log: Log, recorded: list[Any]) -> None:
    """Empty the log and append these events: chain, tree, head and constraints all fit each other."""
    with log.unguarded() as run:
        for table in ("events", "ledger", "tree", "answers", "sealed_reports"):
            run(f"DELETE FROM {table}", ())
        run("UPDATE head SET position = 0, recorded_at = 0, chain = %s, peaks = %s", (GENESIS, b""))
    stored = [StoredEvent(e.originator_id, e.originator_version, e.topic, e.state) for e in recorded]
    envelopes = [Envelope.decoded(e.envelope, e.originator_id, e.originator_version) for e in recorded]
    log.log.insert_events(stored, envelope=envelopes, times=[e.recorded_at for e in recorded])
    with log.log.appending() as run:
        run("DELETE FROM derivation", ())
    constraint_tables.renew(log.log, log.stores.okrs.mapper)


def softened(recorded: list[Any]) -> list[Any]:
    """One payload says something else."""
    at = next(n for n, event in enumerate(recorded) if b'"Products"' in event.state)
    return [
        *recorded[:at],
        replace(recorded[at], state=recorded[at].state.replace(b"Products", b"Services")),
        *recorded[at + 1 :],
    ]


def left_out(recorded: list[Any]) -> list[Any]:
    """The last event of a stream is gone, and everything after it moves up."""
    at = next(n for n, event in enumerate(recorded) if event.topic == "Conversation.Answered")
    return [*recorded[:at], *recorded[at + 1 :]]


def reordered(recorded: list[Any]) -> list[Any]:
    """Two neighbours of different streams change places, and times."""
    at = next(n for n in range(5, len(recorded)) if recorded[n].originator_id != recorded[n - 1].originator_id)
    first, second = recorded[at - 1], recorded[at]
    pair = [replace(second, recorded_at=first.recorded_at), replace(first, recorded_at=second.recorded_at)]
    return [*recorded[: at - 1], *pair, *recorded[at + 1 :]]


def cut_off(recorded: list[Any]) -> list[Any]:
    return recorded[:-5]


def one_less(recorded: list[Any]) -> list[Any]:
    return recorded[:-2]


def backdated(recorded: list[Any]) -> list[Any]:
    return [replace(event, recorded_at=event.recorded_at - 10**12) for event in recorded]


def test_a_past_that_was_told_anew_with_all_its_hashes_is_found_by_the_kept_checkpoint(whole: Log) -> None:
    recorded = events_of(whole)
    for change in (softened, left_out, reordered, cut_off, one_less, backdated):
        told_anew(whole, recorded)
        assert not [fault for fault in whole.faults() if "checkpoint" in fault], "told as it was, it is the same past"
        assert whole.exported_is_valid()
        told_anew(whole, change(recorded))
        assert [fault for fault in whole.faults() if "the checkpoint kept elsewhere" in fault], change
        assert not whole.exported_is_valid(), change


@pytest.mark.parametrize("environment", ["sqlite"], indirect=True)
def test_an_old_copy_of_the_whole_installation_is_found_by_the_kept_checkpoint(
    stores: Stores, tmp_path: Path, environment: dict[str, str]
) -> None:
    with stores.register.changing() as connection:
        ada = stores.register.people.add(connection, name="Ada").id
    company = stores.okrs.create_unit(Intent(ada), name="Tech", level=Level.COMPANY).id
    old = tmp_path / "old"
    shutil.copytree(environment["OKR_DATA_DIR"], old, ignore=shutil.ignore_patterns("*.sqlite*"))
    for name in ("log", "register"):
        with sqlite3.connect(Path(environment["OKR_DATA_DIR"]) / f"{name}.sqlite") as live:
            live.backup(sqlite3.connect(old / f"{name}.sqlite"))
    stores.okrs.change_unit(Intent(ada), company, name="Technology")
    note = checkpoint_now(stores, stores.settings, DEMAND)
    keys = "\n".join(key.verifier.text for key in public_keys(stores, stores.settings))
    copy = open_stores(replace(stores.settings, data_dir=old))
    found = [fault.what for fault in examined(copy, None, lambda _: None, Kept(note, keys))]
    assert [fault for fault in found if "the checkpoint kept elsewhere" in fault and "its end was lost" in fault]
    assert [fault.what for fault in examined(copy, None, lambda _: None)] == [], "alone it looks whole"
    copy.close()
