"""Objectives."""

from uuid import UUID

from flask_smorest import Blueprint

from api.http.authentication import WRITERS
from api.http.command_endpoint import ResponseSpec, command
from api.http.context import stores
from api.http.ownership import require_objective_owner, require_self_as_owner
from api.http.query_endpoint import QueryContext, read
from api.representations import resource_json
from api.representations.command_extras import objective_limit_warning, with_affected_objectives, with_policy_warning
from api.representations.goal_lists import objectives_page
from api.representations.histories import history_page
from api.schemas import commands, queries
from api.schemas import objectives as schemas
from api.schemas.response_parts import Fact, page_schema
from okr_events.commands.intent import Intent
from okr_events.domain.objective import Objective
from okr_events.event_log.idempotency import CommandResult
from okr_events.json_types import JsonObject
from projections.impact.affected_objectives import find_affected_objectives
from projections.impact.history import ImpactHistory
from projections.queries import fact_history
from projections.store.tables import CycleRow, ObjectiveRow

blueprint = Blueprint("objectives", __name__, description="Qualitative goals of one unit in one cycle.")
RESPONSE = ResponseSpec.for_id(resource_json.objective, "/v1/objectives/{id}", schemas.Node)
IMPACT_RESPONSE = with_affected_objectives(RESPONSE)


@blueprint.post("/v1/objectives")
@command(
    schemas.ObjectiveCreation,
    roles=WRITERS,
    response=with_policy_warning(RESPONSE, "too_many_objectives", objective_limit_warning),
    status=201,
    guard=require_self_as_owner,
)
def create_objective(intent: Intent, fields: JsonObject) -> CommandResult:
    """Create an objective, agreed or as a draft."""
    return stores().okrs.create_objective(intent, **fields)


@blueprint.patch("/v1/objectives/<uuid:objective_id>")
@command(schemas.ObjectiveChange, roles=WRITERS, response=IMPACT_RESPONSE, target=Objective, guard=require_objective_owner)
def change_objective(intent: Intent, fields: JsonObject, objective_id: UUID) -> CommandResult:
    """Change an objective's fields."""
    return stores().okrs.change_objective(intent, objective_id, **fields)


@blueprint.post("/v1/objectives/<uuid:objective_id>/agreement")
@command(schemas.Agreement, roles=WRITERS, response=RESPONSE, target=Objective, guard=require_objective_owner)
def agree_objective(intent: Intent, fields: JsonObject, objective_id: UUID) -> CommandResult:
    """Agree to a draft. From then on its changes require reasons."""
    return stores().okrs.agree_objective(intent, objective_id, **fields)


@blueprint.post("/v1/objectives/<uuid:objective_id>/reassignment")
@command(commands.Reassignment, roles=WRITERS, response=IMPACT_RESPONSE, target=Objective, guard=require_objective_owner)
def reassign_objective(intent: Intent, fields: JsonObject, objective_id: UUID) -> CommandResult:
    """Reassign an objective to another owner. Requires a reason unless it is a draft."""
    return stores().okrs.reassign_objective(intent, objective_id, **fields)


@blueprint.post("/v1/objectives/<uuid:objective_id>/cancellation")
@command(commands.NoFields, roles=WRITERS, response=IMPACT_RESPONSE, target=Objective, guard=require_objective_owner)
def cancel_objective(intent: Intent, _: JsonObject, objective_id: UUID) -> CommandResult:
    """Cancel an objective. Requires a reason unless it is a draft."""
    return stores().okrs.cancel_objective(intent, objective_id)


@blueprint.post("/v1/objectives/<uuid:objective_id>/closing")
@command(commands.Closing, roles=WRITERS, response=IMPACT_RESPONSE, target=Objective, guard=require_objective_owner)
def close_objective(intent: Intent, fields: JsonObject, objective_id: UUID) -> CommandResult:
    """Close an objective whose key results are scored. Requires a reason. It stays in roll-ups and accepts no more changes."""
    return stores().okrs.close_objective(intent, objective_id, **fields)


@blueprint.put("/v1/objectives/<uuid:objective_id>/weights")
@command(schemas.Weights, roles=WRITERS, response=IMPACT_RESPONSE, target=Objective, guard=require_objective_owner)
def set_weights(intent: Intent, fields: JsonObject, objective_id: UUID) -> CommandResult:
    """Set the weights of key results and of the links to them and to the objective, all or none. Requires a reason."""
    return stores().okrs.set_weights(intent, objective_id, **fields)


@blueprint.get("/v1/objectives")
@read(schemas.ObjectiveList, response=page_schema(schemas.Objective))
def list_objectives(context: QueryContext) -> JsonObject:
    """List objectives. With `state` or `health`, a page looks at 2,000 at most, and can have few, or none, and a `next`."""
    return objectives_page(context)


@blueprint.get("/v1/objectives/<uuid:objective_id>")
@read(queries.Measured, response=schemas.Node, versioned=True)
def read_objective(context: QueryContext, objective_id: UUID) -> JsonObject:
    """Read an objective with its key results and what contributes to it."""
    return resource_json.objective(context, objective_id)


@blueprint.get("/v1/objectives/<uuid:objective_id>/history")
@read(queries.History, response=page_schema(Fact))
def objective_history(context: QueryContext, objective_id: UUID) -> JsonObject:
    """List all events about an objective, its key results and its links, and those about aligned objectives that affect it.

    Milestones that its key results reach are entries of the type `Milestone.Crossed`, as in the histories of key results:
    each follows its check-in, is on the same page, and does not count towards `limit`.
    """
    row = context.fetch_row(ObjectiveRow, objective_id)
    impact = ImpactHistory(context.connection, row.id, context.position)
    sealed_at = context.fetch_row(CycleRow, UUID(row.cycle_id)).closed_at
    return history_page(context, fact_history.objective_condition(objective_id), impact, sealed_at=sealed_at)


@blueprint.get("/v1/objectives/<uuid:objective_id>/impact")
@read(queries.AsOf, response=schemas.Impact)
def impact(context: QueryContext, objective_id: UUID) -> JsonObject:
    """List the aligned objectives that a change of this one would affect, upwards and downwards."""
    row = context.fetch_row(ObjectiveRow, objective_id)
    affected = find_affected_objectives(context.connection, row.id, [context.position])
    return {**context.moment.as_dict(), "objective_id": row.id, **affected}
