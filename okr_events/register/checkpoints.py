"""The signed checkpoints, and the destinations that received them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Select, func, or_, select, update

from okr_events.event_log.checkpoint_notes import Checkpoint
from okr_events.register import tables
from okr_events.register.tables import CheckpointRow
from okr_events.row_types import fetch_rows

checkpoints = tables.checkpoints.c


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A signed checkpoint.

    `delivered` names the destinations that received it, `published_at` is the time when all configured ones had, and `error`
    describes the last failed delivery.
    """

    number: int
    size: int
    root: bytes
    note: str
    made_at: str
    why: str
    delivered: frozenset[str]
    published_at: str | None
    error: str | None


def find_latest(connection: Connection, *, at_most: int | None = None) -> StoredCheckpoint | None:
    """Return the newest checkpoint, or the newest over at most so many events."""
    query = select(tables.checkpoints).order_by(checkpoints.number.desc()).limit(1)
    found = _fetch(connection, query if at_most is None else query.where(checkpoints.size <= at_most))
    return found[0] if found else None


def insert_checkpoint(connection: Connection, checkpoint: Checkpoint, note: str, why: str, *, pending: bool) -> None:
    """Store a checkpoint; unless it is `pending` for a destination it counts as published."""
    now = datetime.now(UTC).isoformat()
    row = {"size": checkpoint.size, "root": checkpoint.root, "note": note, "made_at": now, "why": why}
    connection.execute(tables.checkpoints.insert().values(**row, delivered="", published_at=None if pending else now))


def list_to_publish(connection: Connection) -> list[StoredCheckpoint]:
    """Return the unpublished checkpoints, the oldest first, and always the newest, for destinations configured later."""
    last = select(func.max(checkpoints.number)).scalar_subquery()
    query = select(tables.checkpoints).where(or_(checkpoints.published_at.is_(None), checkpoints.number == last))
    return _fetch(connection, query.order_by(checkpoints.number))


def list_unpublished(connection: Connection) -> list[StoredCheckpoint]:
    return _fetch(connection, select(tables.checkpoints).where(checkpoints.published_at.is_(None)).order_by(checkpoints.number))


def record_delivery(connection: Connection, stored: StoredCheckpoint, delivered: frozenset[str], error: str | None) -> None:
    """Record the destinations that have received a checkpoint; without an error it is published."""
    published = None if error else stored.published_at or datetime.now(UTC).isoformat()
    state = {"delivered": " ".join(sorted(delivered)), "published_at": published, "error": error}
    connection.execute(update(tables.checkpoints).where(checkpoints.number == stored.number).values(state))


def _fetch(connection: Connection, query: "Select[tuple[object, ...]]") -> list[StoredCheckpoint]:
    found = []
    for row in fetch_rows(connection, CheckpointRow, query):
        delivered, signed = frozenset(row.delivered.split()), (row.number, row.size, bytes(row.root), row.note)
        found.append(StoredCheckpoint(*signed, row.made_at, row.why, delivered, row.published_at, row.error))
    return found
