"""Check-ins with all their versions, as they stood at a position and as the API shows them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import orjson
from sqlalchemy import Connection, select

from okr_events.domain.errors import NotFound
from okr_events.json_types import JsonObject
from okr_events.row_types import fetch_rows
from projections.moment import format_recorded_at
from projections.queries.goal_serializers import select_columns
from projections.store.column_values import encrypted_value
from projections.store.tables import CheckInRow, check_ins, valid_at

Versions = list[CheckInRow]
"""The versions of one check-in, the original first."""


def fetch_versions(connection: Connection, position: int, id: UUID) -> Versions:
    """A check-in's versions up to a position. Raises `NotFound`."""
    found = _load_versions(connection, position, [str(id)])
    if not found:
        raise NotFound
    return found[0]


def fetch_page(connection: Connection, position: int, key_result_id: UUID, *, before: int, limit: int) -> list[Versions]:
    """The check-ins of a key result that were recorded before the position `before`, newest first."""
    mine = (check_ins.c.key_result_id == str(key_result_id)) & (check_ins.c.created < before)
    newest = select(check_ins.c.id).where(mine, valid_at(check_ins, position)).order_by(check_ins.c.created.desc()).limit(limit)
    return _load_versions(connection, position, connection.scalars(newest).all())


def fetch_recorded_between(connection: Connection, after: int, upto: int) -> list[Versions]:
    """The check-ins recorded after one position and up to another, oldest first."""
    between = (check_ins.c.created > after) & (check_ins.c.created <= upto) & valid_at(check_ins, upto)
    ids = connection.scalars(select(check_ins.c.id).where(between)).all()
    return _load_versions(connection, upto, ids)[::-1]


def _load_versions(connection: Connection, position: int, ids: Sequence[str]) -> list[Versions]:
    """Newest first."""
    known = (check_ins.c.from_position <= position) & check_ins.c.id.in_(ids)
    found: dict[str, Versions] = {}
    for row in fetch_rows(connection, CheckInRow, select(check_ins).where(known).order_by(check_ins.c.from_position)):
        found.setdefault(row.id, []).append(row)
    return sorted(found.values(), key=lambda versions: versions[0].created, reverse=True)


def serialize_check_in(
    versions: Versions, *, after_end: bool, sealed_at: int | None, blocker_states: Mapping[str, str]
) -> JsonObject:
    """What is in force, the original and the corrections, with encrypted text still encrypted.

    `sealed_at` is the position at which its cycle was closed; `blocker_states` holds the states of all its blockers.
    """
    first, last = versions[0], versions[-1]
    return {
        **_serialize_statement(last, blocker_states),
        "id": last.id,
        "key_result_id": last.key_result_id,
        "version": last.version,
        "position": first.created,
        "author": first.author,
        "recorded_at": format_recorded_at(first.recorded_at),
        "after_end": after_end,
        "late": after_end,
        "after_seal": sealed_at is not None and first.created > sealed_at,
        "retracted": bool(last.retracted),
        "original": _serialize_statement(first, blocker_states),
        "corrections": [_serialize_correction(version, blocker_states, sealed_at) for version in versions[1:]],
    }


def _serialize_statement(row: CheckInRow, states: Mapping[str, str]) -> JsonObject:
    return {
        "position": row.from_position,
        "author": row.changed_by or row.author,
        "recorded_at": format_recorded_at(row.changed_at or row.recorded_at),
        **select_columns(row, "measured_on", "value", "confidence", "status"),
        "milestones": orjson.loads(row.milestones or "null"),
        "note": encrypted_value(row.note),
        "wins": [encrypted_value(token) for token in orjson.loads(row.wins)],
        "blockers": [_serialize_blocker(blocker, states) for blocker in orjson.loads(row.blockers)],
        "next_steps": [encrypted_value(token) for token in orjson.loads(row.next_steps)],
    }


def _serialize_correction(row: CheckInRow, states: Mapping[str, str], sealed_at: int | None) -> JsonObject:
    return {
        **_serialize_statement(row, states),
        "reason": encrypted_value(row.reason),
        "retracted": bool(row.retracted),
        "after_seal": sealed_at is not None and row.from_position > sealed_at,
    }


def _serialize_blocker(blocker: JsonObject, states: Mapping[str, str]) -> JsonObject:
    """A reported blocker with its present state."""
    fields = {"id": blocker["id"], "kind": blocker["kind"], "text": encrypted_value(blocker["text"])}
    return {**fields, "owner": blocker["owner"], "state": states[blocker["id"]]}
