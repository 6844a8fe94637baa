"""Reads rows as they stood at both moments of a window, for the net difference."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from okr_events.row_types import RowTable
from projections.changes.change_window import ChangeWindow
from projections.changes.subject import RowKey
from projections.event_catalog import CATALOG
from projections.store.batching import batches
from projections.store.tables import RowValues, check_ins, contributors, valid_at


@dataclass(frozen=True, slots=True)
class RowPair:
    """A row at both moments; `before` is null for a row that began later."""

    table: RowTable
    before: RowValues | None
    after: RowValues


def read_row_pairs(connection: Connection, window: ChangeWindow, keys: Collection[RowKey], start: int) -> list[RowPair]:
    """The rows whose first change in the window is at `start` or later, in the order of the keys.

    Every row appears on one page of the window only.
    """
    earlier = (entry for entry in window.change_entries if entry.position < start)
    changed_aggregates = {entry.stream_id for entry in earlier if CATALOG[entry.type].row == "aggregate"}
    by_table: dict[RowTable, list[str]] = defaultdict(list)
    for table, id in dict.fromkeys(keys):
        by_table[table].append(id)
    pairs: dict[RowKey, RowPair] = {}
    for table, ids in by_table.items():
        is_part = table in {check_ins, contributors}
        changed = _changed_ids(connection, window, table, ids, start) if is_part else changed_aggregates
        remaining = [id for id in ids if id not in changed]
        before, after = (_read_rows(connection, table, remaining, at.position) for at in (window.earlier, window.later))
        pairs |= {(table, id): RowPair(table, before.get(id), after[id]) for id in remaining}
    return [pairs[key] for key in dict.fromkeys(keys) if key in pairs]


def _changed_ids(connection: Connection, window: ChangeWindow, table: RowTable, ids: Collection[str], start: int) -> set[str]:
    """The ids with a change in the window before `start`."""
    positions = {entry.position for entry in window.change_entries}
    changed: set[str] = set()
    for batch in batches(ids):
        within = (table.c.from_position > window.earlier.position) & (table.c.from_position < start)
        versions = connection.execute(select(table.c.id, table.c.from_position).where(table.c.id.in_(batch), within))
        changed |= {id for id, position in versions if position in positions}
    return changed


def _read_rows(connection: Connection, table: RowTable, ids: Collection[str], position: int) -> dict[str, RowValues]:
    rows: dict[str, RowValues] = {}
    for batch in batches(ids):
        query = select(table).where(table.c.id.in_(batch), valid_at(table, position))
        rows |= {row["id"]: row for row in connection.execute(query).mappings()}
    return rows
