"""Shapes: rows as the API tells them. Ids become UUIDs, times RFC 3339, numbers plain decimal strings."""

import json
from typing import Any

import orjson

from okr_events.log.ledger import instant
from okr_events.numbers import plain_or_null
from okr_events.values import focus
from projections.graph import ObjectiveAt
from projections.judged import KeyResultAt
from projections.moment import rfc3339


def uuid_text(id: str | None) -> str | None:
    """`00112233445566778899aabbccddeeff` with its dashes."""
    return f"{id[:8]}-{id[8:12]}-{id[12:16]}-{id[16:20]}-{id[20:]}" if id else None


def unit(row: Any) -> dict[str, Any]:
    return {
        "id": uuid_text(row.id),
        "name": row.name,
        "level": row.level,
        "parent_id": uuid_text(row.parent_id),
        "vision": row.vision,
        "mission": row.mission,
        "time_zone": row.time_zone,
        "version": row.version,
    }


def cycle(row: Any) -> dict[str, Any]:
    return {
        "id": uuid_text(row.id),
        "name": row.name,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "parent_id": uuid_text(row.parent_id),
        "state": row.state,
        "policy": json.loads(row.policy),
        "version": row.version,
    }


def link(row: Any) -> dict[str, Any]:
    return {
        "id": uuid_text(row.id),
        "child_id": uuid_text(row.child_id),
        "parent_id": uuid_text(row.parent_id),
        "kind": row.kind,
        "weight": row.weight,
        "state": row.state,
        "version": row.version,
    }


def objective(at: ObjectiveAt) -> dict[str, Any]:
    """An objective without what stands below it."""
    row = at.row
    return {
        "id": uuid_text(row.id),
        "title": row.title,
        "description": row.description,
        "unit_id": uuid_text(row.unit_id),
        "cycle_id": uuid_text(row.cycle_id),
        "owner": uuid_text(row.owner),
        "commitment": row.commitment,
        "focus": focus(urgent=bool(row.urgent), important=bool(row.important)),
        "urgent": bool(row.urgent),
        "important": bool(row.important),
        "progress_driver": row.progress_driver,
        "state": row.state,
        "progress": at.progress.as_dict() if at.progress else None,
        "health": at.health.as_dict() if at.health else None,
        "score": plain_or_null(at.score),
        "version": row.version,
    }


def key_result(at: KeyResultAt) -> dict[str, Any]:
    row, standing = at.row, at.standing
    return {
        "id": uuid_text(row.id),
        "objective_id": uuid_text(row.objective_id),
        "title": row.title,
        "description": row.description,
        "metric": orjson.Fragment(row.metric),
        "weight": row.weight,
        "owner": uuid_text(row.owner),
        "due_on": row.due_on,
        "state": row.state if at.live or row.state != "open" else "cancelled",
        "value": standing["value"],
        "milestones": orjson.Fragment(standing["milestones"] or "null"),
        "confidence": standing["confidence"],
        "progress": at.progress.as_dict() if at.progress else None,
        "health": at.health.as_dict() if at.health else None,
        "score": row.score,
        "latest_check_in": _latest(standing["latest"]),
        "children": [],
        "version": at.version,
    }


def _latest(text: str | None) -> dict[str, Any] | None:
    if text is None:
        return None
    latest = json.loads(text)
    return {
        "id": uuid_text(latest["id"]),
        "measured_on": latest["measured_on"],
        "value": latest["value"],
        "milestones": json.loads(latest["milestones"] or "null"),
        "confidence": latest["confidence"],
        "status": latest["status"],
        "author": uuid_text(latest["author"]),
        "recorded_at": rfc3339(instant(latest["recorded_at"])),
        "position": latest["created"],
    }
