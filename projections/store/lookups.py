"""Lists and single rows of the structure as they stood at a position, and what lies below a unit."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Table, select

from okr_events.domain.errors import NotFound
from projections.store.tables import cycles, units, valid_at


def fetch_row(connection: Connection, table: Table, id: UUID, position: int) -> Any:
    """The row as it stood at a position; raises `NotFound`."""
    row = connection.execute(select(table).where(table.c.id == str(id), valid_at(table, position))).first()
    if row is None:
        raise NotFound
    return row


def fetch_page(
    connection: Connection, table: Table, position: int, *, after: int, limit: int, chosen: Sequence[ColumnElement[bool]]
) -> list[Any]:
    """Rows in the order in which they came into being; `after` is the last one's `created`."""
    query = select(table).where(valid_at(table, position), table.c.created > after, *chosen).order_by(table.c.created)
    return list(connection.execute(query.limit(limit)))


def find_cycle(connection: Connection, text: str, position: int) -> Any:
    """The cycle with this id or, letter case aside, this name; raises `NotFound`."""
    rows = list(connection.execute(select(cycles).where(valid_at(cycles, position))))
    wanted = text.casefold()
    found = [row for row in rows if wanted in {row.id, row.name.casefold()}]
    if not found:
        raise NotFound
    return found[0]


def find_current_cycle(connection: Connection, position: int, today: date) -> Any:
    """Of the cycles that have begun the active one that began last, or of none active the last; raises `NotFound`."""
    query = select(cycles).where(valid_at(cycles, position), cycles.c.starts_on <= today.isoformat())
    begun = list(connection.execute(query))
    if not begun:
        raise NotFound
    return max(begun, key=lambda row: (row.state == "active", row.starts_on, row.created))


def fetch_unit_subtree(connection: Connection, unit_id: UUID, position: int) -> list[str]:
    """The unit and all units below it; raises `NotFound`."""
    fetch_row(connection, units, unit_id, position)
    found, level = [str(unit_id)], [str(unit_id)]
    while level:
        query = select(units.c.id).where(valid_at(units, position), units.c.parent_id.in_(level))
        level = list(connection.scalars(query))
        found += level
    return found
