"""What command responses show beside the resource: the aligned objectives that are affected, and policy warnings."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from sqlalchemy import func, select

from api.http.command_endpoint import ResponseSpec
from api.http.context import ReadContext
from api.representations import resource_json
from api.schemas.key_results import KeyResult
from okr_events.event_log.idempotency import CommandResult
from okr_events.json_types import JsonObject
from projections.evaluation.key_results import CycleRules
from projections.impact.history import affected_objectives_between
from projections.reports.scores import wants_root_cause
from projections.store.tables import CycleRow, KeyResultRow, ObjectiveRow, valid_at

KEY_RESULT_RESPONSE = ResponseSpec.for_id(resource_json.key_result, "/v1/key-results/{id}", KeyResult)
FindWarning = Callable[[ReadContext, UUID], str | None]


def with_affected_objectives(spec: ResponseSpec) -> ResponseSpec:
    """The response with `touches`: the objectives linked to the changed one, directly or not, before or after the command."""

    def serialize(context: ReadContext, result: CommandResult) -> JsonObject:
        body = spec.serialize(context, result)
        affected = affected_objectives_between(context.connection, context.position - result.events, context.position)
        others = {way: [entry for entry in entries if entry["id"] != body["id"]] for way, entries in affected.items()}
        return {**body, "touches": others}

    return replace(spec, serialize=serialize)


def with_policy_warning(spec: ResponseSpec, code: str, find_warning: FindWarning) -> ResponseSpec:
    """The response with `warnings`."""

    def serialize(context: ReadContext, result: CommandResult) -> JsonObject:
        body = spec.serialize(context, result)
        detail = find_warning(context, result.id) if result.id else None
        return {**body, "warnings": [{"code": code, "detail": detail}] if detail else []}

    return replace(spec, serialize=serialize)


def objective_limit_warning(context: ReadContext, id: UUID) -> str | None:
    """The warning that the objective's unit has more objectives in its cycle than the policy allows."""
    row = context.fetch_row(ObjectiveRow, id)
    count = _count_live(context, ObjectiveRow, unit_id=row.unit_id, cycle_id=row.cycle_id)
    limit = _policy(context, row.cycle_id)["limits"]["objectives_per_unit"]["max"]
    return f"The unit has {count} objectives in this cycle; the policy's limit is {limit}." if count > limit else None


def key_result_limit_warning(context: ReadContext, id: UUID) -> str | None:
    """The warning that the key result's objective has more key results than the policy allows."""
    row = context.fetch_row(KeyResultRow, id)
    count = _count_live(context, KeyResultRow, objective_id=row.objective_id)
    limit = _policy(context, row.cycle_id)["limits"]["key_results_per_objective"]["max"]
    return f"The objective has {count} key results; the policy's limit is {limit}." if count > limit else None


def root_cause_warning(context: ReadContext, id: UUID) -> str | None:
    """The warning that the key result's score is below the policy's `achieved` and has no root cause."""
    row = context.fetch_row(KeyResultRow, id)
    policy = _policy(context, row.cycle_id)
    if not wants_root_cause(row, policy):
        return None
    return f"The score {row.score} is below {policy['bands']['achieved']}: give the reason in root_cause."


def _count_live(context: ReadContext, row_type: type[ObjectiveRow | KeyResultRow], **columns: str) -> int:
    table = row_type.table
    conditions = [table.c[name] == value for name, value in columns.items()]
    query = select(func.count()).where(valid_at(table, context.position), table.c.state != "cancelled", *conditions)
    return context.connection.scalar(query) or 0


def _policy(context: ReadContext, cycle_id: str) -> JsonObject:
    row = context.fetch_row(CycleRow, UUID(cycle_id))
    return CycleRules(row, context.moment).policy
