"""Shapes: rows as the API tells them. Times are RFC 3339, numbers plain decimal strings."""

from collections.abc import Mapping
from typing import Any

import orjson

from okr_events.domain.decimals import format_decimal_or_null
from okr_events.domain.values import focus
from okr_events.event_log.hash_chain import from_microseconds
from projections.evaluation.key_results import EvaluatedKeyResult
from projections.evaluation.objectives import EvaluatedObjective
from projections.moment import rfc3339
from projections.store.row_buffer import Row


def serialize_unit(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "level": row.level,
        "parent_id": row.parent_id,
        "vision": row.vision,
        "mission": row.mission,
        "time_zone": row.time_zone,
        "cadence": _serialize_cadence(row),
        "version": row.version,
    }


def _serialize_cadence(row: Any) -> Any:
    """The parts that a unit or a key result sets itself, if any."""
    return orjson.Fragment(row.cadence or "null")


def serialize_priority(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "description": row.description,
        "perspective": row.perspective,
        "horizon": {"starts_on": row.starts_on, "ends_on": row.ends_on},
        "owner": row.owner,
        "state": row.state,
        "version": row.version,
    }


def serialize_cycle(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "parent_id": row.parent_id,
        "state": row.state,
        "policy": orjson.loads(row.policy),
        "seal": serialize_seal(row) if row.closed_at else None,
        "version": row.version,
    }


def serialize_seal(row: Any) -> dict[str, Any]:
    """Where it was closed, and the digest of the report as of then once that is recorded."""
    closed_on = rfc3339(from_microseconds(row.closed))
    return {"position": row.closed_at, "recorded_at": closed_on, "format": row.format, "digest": row.digest}


def serialize_link(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "child_id": row.child_id,
        "parent_id": row.parent_id,
        "parent_type": row.parent_type,
        "kind": row.kind,
        "weight": row.weight,
        "state": row.state,
        "capacity": row.capacity,
        "agreed_capacity": row.agreed_capacity,
        "version": row.version,
    }


def serialize_link_with_agreement(row: Any) -> dict[str, Any]:
    """A link with what was agreed."""
    return {**serialize_link(row), "agreement": _serialize_sealed(row.agreement)}


def serialize_objective(at: EvaluatedObjective) -> dict[str, Any]:
    """An objective without what stands below it."""
    row = at.row
    return {
        "id": row.id,
        "title": row.title,
        "description": row.description,
        "unit_id": row.unit_id,
        "cycle_id": row.cycle_id,
        "owner": row.owner,
        "commitment": row.commitment,
        "focus": focus(urgent=bool(row.urgent), important=bool(row.important)),
        "urgent": bool(row.urgent),
        "important": bool(row.important),
        "progress_driver": row.progress_driver,
        "state": "closed" if at.closed and at.live else row.state,
        "agreed_by": orjson.Fragment(row.agreed_by),
        "progress": at.progress.as_dict() if at.progress else None,
        "health": at.health.as_dict() if at.health else None,
        "score": format_decimal_or_null(at.score),
        "version": row.version,
    }


def serialize_key_result(at: EvaluatedKeyResult) -> dict[str, Any]:
    row, standing = at.row, at.standing
    return {
        "id": row.id,
        "objective_id": row.objective_id,
        "title": row.title,
        "description": row.description,
        "metric": orjson.Fragment(row.metric),
        "weight": row.weight,
        "owner": row.owner,
        "due_on": row.due_on,
        "cadence": _serialize_cadence(row),
        "cadence_in_force": at.due_days.as_dict(),
        "state": _state(at),
        "value": standing["value"],
        "milestones": orjson.Fragment(standing["milestones"] or "null"),
        "confidence": standing["confidence"],
        "progress": at.progress.as_dict() if at.progress else None,
        "health": at.health.as_dict() if at.health else None,
        "score": row.score,
        "origin": row.origin,
        "carried_over_to": at.carried_over_to,
        "latest_check_in": orjson.Fragment(standing["latest"] or "null"),
        "contributors": [_serialize_contributor(each) for each in at.contributors],
        "initiatives": [serialize_initiative(each) for each in at.initiatives],
        "version": at.version,
    }


def _state(at: EvaluatedKeyResult) -> str:
    if not at.live:
        return "cancelled"
    return "closed" if at.closed else str(at.row.state)


def serialize_score_decision(at: EvaluatedKeyResult) -> dict[str, Any]:
    """What was suggested for a key result's score, and what was decided with it and why."""
    row = at.row
    return {"suggested": row.suggested, "decision": row.decision, "root_cause": _serialize_sealed(row.root_cause)}


def serialize_contributors(at: EvaluatedKeyResult) -> list[dict[str, Any]]:
    """Who contributes what to a key result."""
    return [{**_serialize_contributor(each), "contribution": _serialize_sealed(each.contribution)} for each in at.contributors]


def _serialize_contributor(row: Any) -> dict[str, Any]:
    return {"person_id": row.person_id, "role": row.role, "due_on": row.due_on}


def serialize_initiative(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "key_result_id": row.key_result_id,
        "title": row.title,
        "owner": row.owner,
        "due_on": row.due_on,
        "done_on": row.done_on,
        "version": row.version,
    }


def serialize_check_in(
    versions: list[Row], *, late: bool, sealed_at: int | None, blockers: Mapping[str, str]
) -> dict[str, Any]:
    """A check-in from its versions, the original first: what is in force, then what was said before, by whom and why.

    `sealed_at` is where its cycle was sealed, if it is; `blockers` are the states of all that it tells of.
    """
    first, last = versions[0], versions[-1]
    return {
        **_serialize_statement(last, blockers),
        "id": last["id"],
        "key_result_id": last["key_result_id"],
        "version": last["version"],
        "position": first["created"],
        "author": first["author"],
        "recorded_at": rfc3339(from_microseconds(first["recorded_at"])),
        "late": late,
        "after_seal": sealed_at is not None and first["created"] > sealed_at,
        "retracted": bool(last["retracted"]),
        "original": _serialize_statement(first, blockers),
        "corrections": [_serialize_correction(version, blockers, sealed_at) for version in versions[1:]],
    }


def _serialize_statement(version: Row, states: Mapping[str, str]) -> dict[str, Any]:
    return {
        "position": version["from_position"],
        "author": version["changed_by"] or version["author"],
        "recorded_at": rfc3339(from_microseconds(version["changed_at"] or version["recorded_at"])),
        **{name: version[name] for name in ("measured_on", "value", "confidence", "status")},
        "milestones": orjson.loads(version["milestones"] or "null"),
        "note": _serialize_sealed(version["note"]),
        "wins": [_serialize_sealed(token) for token in orjson.loads(version["wins"])],
        "blockers": [_serialize_blocker(blocker, states) for blocker in orjson.loads(version["blockers"])],
        "next_steps": [_serialize_sealed(token) for token in orjson.loads(version["next_steps"])],
    }


def _serialize_correction(version: Row, states: Mapping[str, str], sealed_at: int | None) -> dict[str, Any]:
    after_seal = sealed_at is not None and version["from_position"] > sealed_at
    said = {"reason": _serialize_sealed(version["reason"]), "retracted": bool(version["retracted"]), "after_seal": after_seal}
    return {**_serialize_statement(version, states), **said}


def _serialize_blocker(blocker: dict[str, Any], states: Mapping[str, str]) -> dict[str, Any]:
    """A blocker as a check-in tells of it, and whether it stands in the way now."""
    return {
        "id": blocker["id"],
        "kind": blocker["kind"],
        "text": _serialize_sealed(blocker["text"]),
        "owner": blocker["owner"],
        "state": states[blocker["id"]],
    }


def serialize_comment(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "subject": {"type": row.subject_type, "id": row.subject_id},
        "kind": row.kind,
        "text": _serialize_sealed(row.text),
        "author": row.author,
        "recorded_at": rfc3339(from_microseconds(row.recorded_at)),
        "answers_to": row.answers_to,
        "version": row.version,
        "position": row.created,
    }


def _serialize_sealed(token: str | None) -> dict[str, str] | None:
    return None if token is None else {"sealed": token}
