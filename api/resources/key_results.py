"""Key results."""

from uuid import UUID

from flask_smorest import Blueprint

from api.http.authentication import WRITERS
from api.http.command_endpoint import command
from api.http.context import stores
from api.http.ownership import require_key_result_owner, require_objective_owner, require_target_objective_owner
from api.http.query_endpoint import QueryContext, read
from api.operations.suggested_score import suggest_score
from api.representations import resource_json
from api.representations.command_extras import (
    KEY_RESULT_RESPONSE,
    key_result_limit_warning,
    root_cause_warning,
    with_affected_objectives,
    with_policy_warning,
)
from api.representations.goal_lists import key_results_page
from api.representations.histories import history_page
from api.schemas import commands, queries
from api.schemas import key_results as schemas
from api.schemas.response_parts import Fact, page_schema
from okr_events.commands.intent import Intent
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.event_log.idempotency import CommandResult
from okr_events.json_types import JsonObject
from projections.queries import fact_history
from projections.store.tables import CycleRow, KeyResultRow

blueprint = Blueprint("key-results", __name__, description="Measurable outcomes of an objective.")
IMPACT_RESPONSE = with_affected_objectives(KEY_RESULT_RESPONSE)
LIMIT_RESPONSE = with_policy_warning(KEY_RESULT_RESPONSE, "too_many_key_results", key_result_limit_warning)
SCORE_RESPONSE = with_policy_warning(KEY_RESULT_RESPONSE, "no_root_cause", root_cause_warning)


@blueprint.post("/v1/objectives/<uuid:objective_id>/key-results")
@command(
    schemas.KeyResultDefinition,
    roles=WRITERS,
    response=LIMIT_RESPONSE,
    status=201,
    target=Objective,
    guard=require_objective_owner,
)
def define_key_result(intent: Intent, fields: JsonObject, objective_id: UUID) -> CommandResult:
    """Define a key result of an objective."""
    return stores().okrs.define_key_result(intent, objective_id, **fields)


@blueprint.patch("/v1/key-results/<uuid:key_result_id>")
@command(schemas.KeyResultChange, roles=WRITERS, response=IMPACT_RESPONSE, target=KeyResult, guard=require_key_result_owner)
def change_key_result(intent: Intent, fields: JsonObject, key_result_id: UUID) -> CommandResult:
    """Change a key result's fields. Another weight requires a reason."""
    return stores().okrs.change_key_result(intent, key_result_id, **fields)


@blueprint.post("/v1/key-results/<uuid:key_result_id>/target")
@command(schemas.TargetRevision, roles=WRITERS, response=IMPACT_RESPONSE, target=KeyResult, guard=require_key_result_owner)
def revise_target(intent: Intent, fields: JsonObject, key_result_id: UUID) -> CommandResult:
    """Revise a key result's target. Requires a reason. The history keeps earlier targets."""
    return stores().okrs.revise_target(intent, key_result_id, **fields)


@blueprint.post("/v1/key-results/<uuid:key_result_id>/reassignment")
@command(commands.Reassignment, roles=WRITERS, response=IMPACT_RESPONSE, target=KeyResult, guard=require_key_result_owner)
def reassign_key_result(intent: Intent, fields: JsonObject, key_result_id: UUID) -> CommandResult:
    """Reassign a key result to another owner. Requires a reason."""
    return stores().okrs.reassign_key_result(intent, key_result_id, **fields)


@blueprint.post("/v1/key-results/<uuid:key_result_id>/cadence")
@command(commands.CadenceSetting, roles=WRITERS, response=KEY_RESULT_RESPONSE, target=KeyResult, guard=require_key_result_owner)
def set_key_result_cadence(intent: Intent, fields: JsonObject, key_result_id: UUID) -> CommandResult:
    """Set when check-ins are due. Parts that are left out come from the unit, the units above it and the policy."""
    return stores().okrs.set_key_result_cadence(intent, key_result_id, **fields)


@blueprint.post("/v1/key-results/<uuid:key_result_id>/score")
@command(schemas.Scoring, roles=WRITERS, response=SCORE_RESPONSE, target=KeyResult, guard=require_key_result_owner)
def score_key_result(intent: Intent, fields: JsonObject, key_result_id: UUID) -> CommandResult:
    """Score a key result from 0 to 1. The suggested score is its progress; any other requires a reason.

    The response warns when a score below the policy's `achieved` has no root cause.
    """
    suggested, position = suggest_score(stores(), key_result_id)
    return stores().okrs.score_key_result(intent, key_result_id, suggested=suggested, suggested_at=position, **fields)


@blueprint.post("/v1/key-results/<uuid:key_result_id>/cancellation")
@command(commands.NoFields, roles=WRITERS, response=IMPACT_RESPONSE, target=KeyResult, guard=require_key_result_owner)
def cancel_key_result(intent: Intent, _: JsonObject, key_result_id: UUID) -> CommandResult:
    """Cancel a key result. Requires a reason."""
    return stores().okrs.cancel_key_result(intent, key_result_id)


@blueprint.post("/v1/key-results/<uuid:key_result_id>/carry-over")
@command(
    schemas.CarryOver,
    roles=WRITERS,
    response=LIMIT_RESPONSE,
    status=201,
    target=KeyResult,
    guard=require_target_objective_owner,
)
def carry_over(intent: Intent, fields: JsonObject, key_result_id: UUID) -> CommandResult:
    """Carry a key result over to an objective of another cycle: a new key result starts from its last value."""
    return stores().okrs.carry_over(intent, key_result_id, **fields)


@blueprint.get("/v1/key-results")
@read(schemas.KeyResultList, response=page_schema(schemas.KeyResult))
def list_key_results(context: QueryContext) -> JsonObject:
    """List key results. With `state` or `health`, a page looks at 2,000 at most, and can have few, or none, and a `next`."""
    return key_results_page(context)


@blueprint.get("/v1/key-results/<uuid:key_result_id>")
@read(queries.Measured, response=schemas.KeyResult, versioned=True)
def read_key_result(context: QueryContext, key_result_id: UUID) -> JsonObject:
    """Read a key result with its progress and health."""
    return resource_json.key_result(context, key_result_id)


@blueprint.get("/v1/key-results/<uuid:key_result_id>/history")
@read(queries.History, response=page_schema(Fact))
def key_result_history(context: QueryContext, key_result_id: UUID) -> JsonObject:
    """List all events about a key result, in order: who, when, what, why.

    A check-in that first reaches 25, 50, 70 or 100 percent of the way to the target is followed by an entry of the type
    `Milestone.Crossed` and the kind `celebration`. It is derived, not an event: it has the position of its check-in, is on
    the same page, and does not count towards `limit`.
    """
    row = context.fetch_row(KeyResultRow, key_result_id)
    sealed_at = context.fetch_row(CycleRow, UUID(row.cycle_id)).closed_at
    return history_page(context, fact_history.key_result_condition(key_result_id), sealed_at=sealed_at)
