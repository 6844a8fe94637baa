"""Rows of the structure as they stood at a position, and the units below a unit."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Connection, select

from okr_events.domain.errors import NotFound
from okr_events.domain.names import name_key
from okr_events.row_types import fetch_rows
from projections.store.batching import batches
from projections.store.tables import OPEN_ENDED, CycleRow, UnitRow, VersionedRow, cycles, facts, units, valid_at

R = TypeVar("R", bound=VersionedRow)
Condition = ColumnElement[bool]


def fetch_rows_at(connection: Connection, row_type: type[R], position: int, *chosen: Condition) -> list[R]:
    """The chosen rows, in the order of their creation."""
    table = row_type.table
    query = select(table).where(valid_at(table, position), *chosen).order_by(table.c.created)
    return fetch_rows(connection, row_type, query)


def fetch_rows_in(
    connection: Connection, row_type: type[R], position: int, column: Column[str], ids: Collection[str], *chosen: Condition
) -> list[R]:
    """The chosen rows whose column holds one of the ids, read in batches."""
    conditions = ((column.in_(batch), *chosen) for batch in batches(ids))
    return [row for condition in conditions for row in fetch_rows_at(connection, row_type, position, *condition)]


def fetch_newest(connection: Connection, row_type: type[R], ids: Collection[str]) -> dict[str, R]:
    """The newest versions of the rows with these ids, by id."""
    rows = fetch_rows_in(connection, row_type, OPEN_ENDED - 1, row_type.table.c.id, ids)
    return {row.id: row for row in rows}


def fetch_row(connection: Connection, row_type: type[R], id: UUID, position: int) -> R:
    """The row with this id. Raises `NotFound`."""
    rows = fetch_rows_at(connection, row_type, position, row_type.table.c.id == str(id))
    if not rows:
        raise NotFound
    return rows[0]


def fetch_page(
    connection: Connection,
    row_type: type[R],
    position: int,
    *,
    after: int,
    limit: int,
    chosen: Sequence[Condition],
    cursor: ColumnElement[int] | None = None,
) -> list[R]:
    """The next `limit` chosen rows after one whose `cursor`, by default `created`, is `after`."""
    table = row_type.table
    order = table.c.created if cursor is None else cursor
    query = select(table).where(valid_at(table, position), order > after, *chosen).order_by(order).limit(limit)
    return fetch_rows(connection, row_type, query)


def find_cycle(connection: Connection, text: str, position: int) -> CycleRow:
    """The cycle with this id or name, by `name_key`. Raises `NotFound`."""
    wanted = name_key(text)
    for row in fetch_rows_at(connection, CycleRow, position):
        if wanted in {row.id, name_key(row.name)}:
            return row
    raise NotFound(f"No cycle called {text}.")


def find_current_cycle(connection: Connection, position: int, today: date) -> CycleRow:
    """The active cycle that began last or, if none is active, the last to begin. Raises `NotFound`."""
    begun = fetch_rows_at(connection, CycleRow, position, cycles.c.starts_on <= today.isoformat())
    if not begun:
        raise NotFound("No cycle has begun yet.")
    return max(begun, key=lambda row: (row.state == "active", row.starts_on, row.created))


def fetch_unit_subtree(connection: Connection, unit_id: UUID, position: int) -> list[str]:
    """The ids of the unit and of all units below it. Raises `NotFound`."""
    level = [fetch_row(connection, UnitRow, unit_id, position).id]
    ids = [*level]
    while level:
        query = select(units.c.id).where(valid_at(units, position), units.c.parent_id.in_(level))
        level = list(connection.scalars(query))
        ids += level
    return ids


def fetch_recorded_times(connection: Connection, positions: Collection[int]) -> dict[int, int]:
    """When the events at these positions were recorded, in microseconds."""
    query = select(facts.c.position, facts.c.recorded_at).where(facts.c.position.in_(positions))
    return dict(connection.execute(query).all())
