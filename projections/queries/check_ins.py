"""Check-ins with all their versions, as they stood at a position."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, select

from okr_events.domain.errors import NotFound
from projections.store.row_buffer import Row
from projections.store.tables import check_ins, valid_at


def fetch_versions(connection: Connection, position: int, id: UUID) -> list[Row]:
    """A check-in's versions up to a position, the original first; raises `NotFound`."""
    found = _load_versions(connection, position, [str(id)])
    if not found:
        raise NotFound
    return found[0]


def fetch_page(connection: Connection, position: int, key_result_id: UUID, *, before: int, limit: int) -> list[list[Row]]:
    """A key result's check-ins as they stood at a position, newest first, each as its versions; `before` is a position."""
    mine = (check_ins.c.key_result_id == str(key_result_id)) & (check_ins.c.created < before)
    newest = select(check_ins.c.id).where(mine, valid_at(check_ins, position)).order_by(check_ins.c.created.desc()).limit(limit)
    return _load_versions(connection, position, connection.scalars(newest).all())


def fetch_recorded_between(connection: Connection, after: int, upto: int) -> list[list[Row]]:
    """The check-ins recorded after one position and up to another, in order."""
    within = (check_ins.c.created > after) & (check_ins.c.created <= upto) & valid_at(check_ins, upto)
    ids = connection.scalars(select(check_ins.c.id).where(within)).all()
    return _load_versions(connection, upto, ids)[::-1]


def _load_versions(connection: Connection, position: int, ids: Sequence[str]) -> list[list[Row]]:
    chosen = (check_ins.c.from_position <= position) & check_ins.c.id.in_(ids)
    found: dict[str, list[Row]] = {}
    for row in connection.execute(select(check_ins).where(chosen).order_by(check_ins.c.from_position)).mappings():
        found.setdefault(row["id"], []).append(dict(row))
    return sorted(found.values(), key=lambda versions: versions[0]["created"], reverse=True)
