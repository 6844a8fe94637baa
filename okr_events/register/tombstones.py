"""Tombstones: the ids of erased people, which prevent their return."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Connection, Select, insert, select, update

from okr_events.domain.errors import PersonErased
from okr_events.register import tables
from okr_events.register.tables import ErasedRow
from okr_events.row_types import fetch_rows

erased = tables.erased.c


@dataclass(frozen=True, slots=True)
class Tombstone:
    """`added` is the person's number in the list; `overwritten` says that no file contains their data any more."""

    id: UUID
    version: int
    added: int
    overwritten: bool


def insert_tombstone(connection: Connection, id: UUID, *, version: int, added: int) -> None:
    at = datetime.now(UTC).isoformat()
    row = {"id": id.hex, "version": version, "added": added, "erased_at": at, "overwritten": 0}
    connection.execute(insert(tables.erased).values(row))


def find_tombstones(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, Tombstone]:
    """Return the tombstones by id of those among these people who are erased."""
    return {stone.id: stone for stone in _fetch(connection, select(tables.erased).where(erased.id.in_([id.hex for id in ids])))}


def list_tombstones(connection: Connection) -> list[Tombstone]:
    return _fetch(connection, select(tables.erased))


def mark_overwritten(connection: Connection, ids: Iterable[UUID]) -> None:
    """Record that no file contains data of these people any more."""
    connection.execute(update(tables.erased).where(erased.id.in_([id.hex for id in ids])).values(overwritten=1))


def check_not_erased(connection: Connection, id: UUID) -> None:
    """Raises `PersonErased`."""
    if find_tombstones(connection, [id]):
        raise PersonErased


def _fetch(connection: Connection, query: "Select[tuple[object, ...]]") -> list[Tombstone]:
    rows = fetch_rows(connection, ErasedRow, query)
    return [Tombstone(UUID(row.id), row.version, row.added, bool(row.overwritten)) for row in rows]
