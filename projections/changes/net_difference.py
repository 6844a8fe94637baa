"""The net difference: rows at one moment and at a later one, whatever happened to them in between."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, Table, select

from projections.changes.change_kinds import CHECK_IN_EVENTS, CONTRIBUTOR_EVENTS
from projections.changes.change_window import ChangeWindow
from projections.changes.subject import Key, Row
from projections.store.batching import batches
from projections.store.tables import check_ins, contributors, valid_at


@dataclass(frozen=True, slots=True)
class RowPair:
    """A row as it stood at both moments; null before it came into being."""

    table: Table
    before: Row | None
    after: Row


def read_row_pairs(connection: Connection, window: ChangeWindow, keys: Collection[Key], start: int) -> list[RowPair]:
    """The rows that are first changed at the position `start` or later, in the order of the keys: every page of a window tells
    others.
    """
    known = {entry.stream_id for entry in window.change_entries if entry.position < start and _changes_own_row(entry.type)}
    by_table: dict[Table, list[str]] = defaultdict(list)
    for table, id in dict.fromkeys(keys):
        by_table[table].append(id)
    found: dict[Key, RowPair] = {}
    for table, ids in by_table.items():
        seen = _ids_changed_before(connection, window, table, ids, start) if table in {check_ins, contributors} else known
        found |= _pair_rows(connection, window, table, [id for id in ids if id not in seen])
    return [found[key] for key in dict.fromkeys(keys) if key in found]


def _changes_own_row(topic: str) -> bool:
    return topic not in CHECK_IN_EVENTS | CONTRIBUTOR_EVENTS


def _ids_changed_before(
    connection: Connection, window: ChangeWindow, table: Table, ids: Collection[str], start: int
) -> set[str]:
    """Those of which a change lies in the window before `start`."""
    positions = {entry.position for entry in window.change_entries}
    found: set[str] = set()
    for some in batches(ids):
        within = (table.c.from_position > window.earlier.position) & (table.c.from_position < start)
        versions = connection.execute(select(table.c.id, table.c.from_position).where(table.c.id.in_(some), within))
        found |= {id for id, position in versions if position in positions}
    return found


def _pair_rows(connection: Connection, window: ChangeWindow, table: Table, ids: Collection[str]) -> dict[Key, RowPair]:
    before, after = (_read_rows(connection, table, ids, moment.position) for moment in (window.earlier, window.later))
    return {(table, id): RowPair(table, before.get(id), after[id]) for id in ids}


def _read_rows(connection: Connection, table: Table, ids: Collection[str], position: int) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for some in batches(ids):
        query = select(table).where(table.c.id.in_(some), valid_at(table, position))
        found |= {row["id"]: row for row in connection.execute(query).mappings()}
    return found
