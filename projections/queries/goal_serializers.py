"""Serializers: goals, cycles, links and comments as the API shows them, with encrypted text still encrypted.

Times are RFC 3339, numbers plain decimal strings.
"""

from collections.abc import Callable
from functools import cache
from operator import attrgetter

import orjson

from okr_events.domain.decimals import format_decimal_or_null
from okr_events.domain.values import focus
from okr_events.json_types import JsonObject
from projections.evaluation.key_results import EvaluatedKeyResult
from projections.evaluation.objectives import EvaluatedObjective
from projections.moment import format_recorded_at
from projections.store import tables
from projections.store.column_values import encrypted_value


def select_columns(row: tables.VersionedRow, *names: str) -> JsonObject:
    return dict(zip(names, _column_getter(*names)(row), strict=True))


@cache
def _column_getter(*names: str) -> Callable[[tables.VersionedRow], tuple[object, ...]]:
    return attrgetter(*names)


def serialize_unit(row: tables.UnitRow) -> JsonObject:
    columns = select_columns(row, "id", "name", "level", "parent_id", "vision", "mission", "time_zone", "time_zone_from")
    return {**columns, "cadence": orjson.Fragment(row.cadence or "null"), "version": row.version}


def serialize_priority(row: tables.PriorityRow) -> JsonObject:
    return {
        **select_columns(row, "id", "title", "description", "perspective"),
        "horizon": {"starts_on": row.starts_on, "ends_on": row.ends_on},
        **select_columns(row, "owner", "state", "version"),
    }


def serialize_cycle(row: tables.CycleRow) -> JsonObject:
    return {
        **select_columns(row, "id", "name", "starts_on", "ends_on", "parent_id", "state"),
        "policy": orjson.loads(row.policy),
        "seal": serialize_seal(row),
        "version": row.version,
    }


def serialize_seal(row: tables.CycleRow) -> JsonObject | None:
    """When the cycle was closed, and the digest of its report once that is recorded; null while it is not closed."""
    if row.closed is None:
        return None
    return {
        "position": row.closed_at,
        "recorded_at": format_recorded_at(row.closed),
        **select_columns(row, "format", "rules", "digest"),
    }


def serialize_link(row: tables.AlignmentRow) -> JsonObject:
    ends = ("id", "child_id", "parent_id", "parent_type")
    return select_columns(row, *ends, "kind", "weight", "state", "capacity", "agreed_capacity", "version")


def serialize_link_with_agreement(row: tables.AlignmentRow) -> JsonObject:
    return {**serialize_link(row), "agreement": encrypted_value(row.agreement)}


def serialize_objective(objective: EvaluatedObjective) -> JsonObject:
    """An objective without its key results and children."""
    row = objective.row
    return {
        **select_columns(row, "id", "title", "description", "unit_id", "cycle_id", "owner", "commitment"),
        "focus": focus(urgent=bool(row.urgent), important=bool(row.important)),
        "urgent": bool(row.urgent),
        "important": bool(row.important),
        "progress_driver": row.progress_driver,
        "state": "closed" if objective.closed and objective.live else row.state,
        "agreed_by": orjson.Fragment(row.agreed_by),
        "progress": objective.progress.as_dict() if objective.progress else None,
        "health": objective.health.as_dict() if objective.health else None,
        "score": format_decimal_or_null(objective.score),
        "version": row.version,
    }


def serialize_key_result(key_result: EvaluatedKeyResult) -> JsonObject:
    row, standing = key_result.row, key_result.standing
    return {
        "id": row.id,
        "objective_id": row.objective_id,
        "title": row.title,
        "description": row.description,
        "metric": orjson.Fragment(row.metric),
        "weight": row.weight,
        "owner": row.owner,
        "due_on": row.due_on,
        "cadence": orjson.Fragment(row.cadence or "null"),
        "cadence_in_force": key_result.due_days.as_dict(),
        "state": _key_result_state(key_result),
        "value": standing.value,
        "milestones": orjson.Fragment(standing.milestones or "null"),
        "confidence": standing.confidence,
        "progress": key_result.progress.as_dict() if key_result.progress else None,
        "health": key_result.health.as_dict() if key_result.health else None,
        "score": row.score,
        "origin": row.origin,
        "carried_over_to": key_result.carried_over_to,
        "latest_check_in": orjson.Fragment(standing.latest or "null"),
        "contributors": [_serialize_contributor(contributor) for contributor in key_result.contributors],
        "initiatives": [serialize_initiative(initiative) for initiative in key_result.initiatives],
        "version": key_result.version,
    }


def _key_result_state(key_result: EvaluatedKeyResult) -> str:
    if not key_result.live:
        return "cancelled"
    return "closed" if key_result.closed else key_result.row.state


def serialize_score_decision(key_result: EvaluatedKeyResult) -> JsonObject:
    """The suggested score, and what was decided and why."""
    row = key_result.row
    return {"suggested": row.suggested, "decision": row.decision, "root_cause": encrypted_value(row.root_cause)}


def serialize_contributors(key_result: EvaluatedKeyResult) -> list[JsonObject]:
    """The contributors with what they contribute."""
    rows = key_result.contributors
    return [{**_serialize_contributor(row), "contribution": encrypted_value(row.contribution)} for row in rows]


def _serialize_contributor(row: tables.ContributorRow) -> JsonObject:
    return select_columns(row, "person_id", "role", "due_on")


def serialize_initiative(row: tables.InitiativeRow) -> JsonObject:
    return select_columns(row, "id", "key_result_id", "title", "owner", "due_on", "done_on", "version")


def serialize_comment(row: tables.CommentRow) -> JsonObject:
    return {
        "id": row.id,
        "subject": {"type": row.subject_type, "id": row.subject_id},
        "kind": row.kind,
        "text": encrypted_value(row.text),
        "author": row.author,
        "recorded_at": format_recorded_at(row.recorded_at),
        **select_columns(row, "answers_to", "version"),
        "position": row.created,
    }
