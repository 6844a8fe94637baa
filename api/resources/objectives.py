"""Objectives."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from api.http.authentication import WRITERS, require_objective_owner, require_self_as_owner
from api.http.command_endpoint import ResponseSpec, command
from api.http.context import stores
from api.http.query_endpoint import QueryContext, read
from api.representations import resources
from api.representations.command_extras import objective_limit_warning, with_affected_objectives, with_policy_warning
from api.representations.goal_lists import objectives_page
from api.representations.histories import history_page, seal_position
from api.schemas import commands, queries
from api.schemas import objectives as schemas
from api.schemas.response_parts import Fact, page_schema
from okr_events.commands.intent import Intent
from okr_events.domain.objective import Objective
from okr_events.event_log.idempotency import CommandResult
from projections.impact.history import ImpactHistory
from projections.impact.links import find_affected_objectives
from projections.queries import fact_history
from projections.store import lookups
from projections.store.tables import ObjectiveRow

blueprint = Blueprint("objectives", __name__, description="Qualitative goals of one unit in one cycle.")
RESPONSE = ResponseSpec.for_id(resources.objective, "/v1/objectives/{id}", schemas.Node)
TARGET = ("objective_id", Objective)
RESPONSE_WITH_AFFECTED = with_affected_objectives(RESPONSE)


@blueprint.post("/v1/objectives")
@command(
    schemas.ObjectiveCreation,
    roles=WRITERS,
    shows=with_policy_warning(RESPONSE, "too_many_objectives", objective_limit_warning),
    status=201,
    owned=require_self_as_owner,
)
def create_objective(intent: Intent, fields: dict[str, Any]) -> CommandResult:
    """Create an objective, agreed at once or as a draft."""
    return stores().okrs.create_objective(intent, **fields)


@blueprint.patch("/v1/objectives/<uuid:objective_id>")
@command(schemas.ObjectiveChange, roles=WRITERS, shows=RESPONSE_WITH_AFFECTED, on=TARGET, owned=require_objective_owner)
def change_objective(intent: Intent, fields: dict[str, Any], objective_id: UUID) -> CommandResult:
    """Change plain fields of an objective."""
    return stores().okrs.change_objective(intent, objective_id, **fields)


@blueprint.post("/v1/objectives/<uuid:objective_id>/agreement")
@command(schemas.Agreement, roles=WRITERS, shows=RESPONSE, on=TARGET, owned=require_objective_owner)
def agree_objective(intent: Intent, fields: dict[str, Any], objective_id: UUID) -> CommandResult:
    """Agree to a draft: from then on its changes need reasons."""
    return stores().okrs.agree_objective(intent, objective_id, **fields)


@blueprint.post("/v1/objectives/<uuid:objective_id>/reassignment")
@command(commands.Reassignment, roles=WRITERS, shows=RESPONSE_WITH_AFFECTED, on=TARGET, owned=require_objective_owner)
def reassign_objective(intent: Intent, fields: dict[str, Any], objective_id: UUID) -> CommandResult:
    """Give an objective to another owner; needs a reason unless it is a draft."""
    return stores().okrs.reassign_objective(intent, objective_id, **fields)


@blueprint.post("/v1/objectives/<uuid:objective_id>/cancellation")
@command(commands.NoFields, roles=WRITERS, shows=RESPONSE_WITH_AFFECTED, on=TARGET, owned=require_objective_owner)
def cancel_objective(intent: Intent, _: dict[str, Any], objective_id: UUID) -> CommandResult:
    """Cancel an objective; needs a reason unless it is a draft."""
    return stores().okrs.cancel_objective(intent, objective_id)


@blueprint.post("/v1/objectives/<uuid:objective_id>/closing")
@command(commands.Closing, roles=WRITERS, shows=RESPONSE_WITH_AFFECTED, on=TARGET, owned=require_objective_owner)
def close_objective(intent: Intent, fields: dict[str, Any], objective_id: UUID) -> CommandResult:
    """Close an objective whose key results are scored; needs a reason. It stays in every roll-up, and takes no more changes."""
    return stores().okrs.close_objective(intent, objective_id, **fields)


@blueprint.put("/v1/objectives/<uuid:objective_id>/weights")
@command(schemas.Weights, roles=WRITERS, shows=RESPONSE_WITH_AFFECTED, on=TARGET, owned=require_objective_owner)
def set_weights(intent: Intent, fields: dict[str, Any], objective_id: UUID) -> CommandResult:
    """Set the weights of key results and of the links to them and to the objective, all or none; needs a reason."""
    return stores().okrs.set_weights(intent, objective_id, **fields)


@blueprint.get("/v1/objectives")
@read(schemas.ObjectiveList, shows=page_schema(schemas.Objective))
def list_objectives(reading: QueryContext) -> dict[str, Any]:
    """List objectives."""
    return objectives_page(reading)


@blueprint.get("/v1/objectives/<uuid:objective_id>")
@read(queries.Measured, shows=schemas.Node, versioned=True)
def read_objective(reading: QueryContext, objective_id: UUID) -> dict[str, Any]:
    """Read an objective with its key results and what serves it."""
    return resources.objective(reading.connection, reading.moment, objective_id)


@blueprint.get("/v1/objectives/<uuid:objective_id>/history")
@read(queries.History, shows=page_schema(Fact))
def objective_history(reading: QueryContext, objective_id: UUID) -> dict[str, Any]:
    """Every fact about an objective, its key results and its links, and what it felt of aligned ones: who, when, what, why.

    The milestones that its key results reached are told as in their own histories: each is an entry of the type
    `Milestone.Crossed` right after its check-in, on the same page, and does not count towards `limit`.
    """
    row = lookups.fetch_row(reading.connection, ObjectiveRow, objective_id, reading.position)
    felt = ImpactHistory(reading.connection, row.id, reading.position)
    return history_page(
        reading, fact_history.objective_condition(objective_id), felt, sealed_at=seal_position(reading, row.cycle_id)
    )


@blueprint.get("/v1/objectives/<uuid:objective_id>/impact")
@read(queries.AsOf, shows=schemas.Impact)
def impact(reading: QueryContext, objective_id: UUID) -> dict[str, Any]:
    """Which aligned objectives a change of this one would touch, up and down."""
    row = lookups.fetch_row(reading.connection, ObjectiveRow, objective_id, reading.position)
    return {
        **reading.moment.as_dict(),
        "objective_id": row.id,
        **find_affected_objectives(reading.connection, row.id, [reading.position]),
    }
