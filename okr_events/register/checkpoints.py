"""The checkpoints that were made, and which of the places outside the database have them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select, update

from okr_events.event_log.checkpoint_notes import Checkpoint
from okr_events.register import tables

checkpoints = tables.checkpoints.c


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A checkpoint as it was signed.

    `delivered` names the places that have it; `published_at` is when the last of those that were set got it, and `error` what
    went wrong at the last attempt.
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
    """The last one made, or the last of those over at most so many events."""
    query = select(tables.checkpoints).order_by(checkpoints.number.desc()).limit(1)
    row = connection.execute(query if at_most is None else query.where(checkpoints.size <= at_most)).first()
    return _parse_row(row) if row else None


def insert_checkpoint(connection: Connection, checkpoint: Checkpoint, note: str, why: str, *, owed: bool) -> None:
    """Keep a new one; one that is `owed` to no place counts as published."""
    now = datetime.now(UTC).isoformat()
    row = {"size": checkpoint.size, "root": checkpoint.root, "note": note, "made_at": now, "why": why}
    connection.execute(tables.checkpoints.insert().values(**row, delivered="", published_at=None if owed else now))


def list_to_publish(connection: Connection) -> list[StoredCheckpoint]:
    """Those that are not published, the oldest first, and the newest in any case: a place may have been set since."""
    last = select(func.max(checkpoints.number)).scalar_subquery()
    query = select(tables.checkpoints).where(or_(checkpoints.published_at.is_(None), checkpoints.number == last))
    return [_parse_row(row) for row in connection.execute(query.order_by(checkpoints.number))]


def list_unpublished(connection: Connection) -> list[StoredCheckpoint]:
    query = select(tables.checkpoints).where(checkpoints.published_at.is_(None)).order_by(checkpoints.number)
    return [_parse_row(row) for row in connection.execute(query)]


def record_delivery(connection: Connection, made: StoredCheckpoint, delivered: frozenset[str], error: str | None) -> None:
    """Note which places have it now; without an error it is published."""
    published = None if error else made.published_at or datetime.now(UTC).isoformat()
    state = {"delivered": " ".join(sorted(delivered)), "published_at": published, "error": error}
    connection.execute(update(tables.checkpoints).where(checkpoints.number == made.number).values(state))


def _parse_row(row: Any) -> StoredCheckpoint:
    return StoredCheckpoint(
        row.number,
        row.size,
        bytes(row.root),
        row.note,
        row.made_at,
        row.why,
        frozenset(row.delivered.split()),
        row.published_at,
        row.error,
    )
