"""Strategic priorities."""

from uuid import UUID

from flask_smorest import Blueprint

from api.http.authentication import ADMINS
from api.http.command_endpoint import ResponseSpec, command
from api.http.context import stores
from api.http.query_endpoint import QueryContext, created_page, read
from api.representations import resource_json
from api.representations.histories import history_page
from api.representations.query_scope import column_conditions
from api.schemas import commands, queries
from api.schemas import priorities as schemas
from api.schemas.response_parts import Fact, page_schema
from okr_events.commands.intent import Intent
from okr_events.domain.priority import Priority
from okr_events.event_log.idempotency import CommandResult
from okr_events.json_types import JsonObject
from projections.queries import fact_history, goal_serializers
from projections.store.tables import PriorityRow, priorities

blueprint = Blueprint("priorities", __name__, description="The organisation's goals over years.")
RESPONSE = ResponseSpec.for_id(resource_json.priority, "/v1/priorities/{id}", schemas.Priority)


@blueprint.post("/v1/priorities")
@command(schemas.PriorityCreation, roles=ADMINS, response=RESPONSE, status=201)
def set_priority(intent: Intent, fields: JsonObject) -> CommandResult:
    """Create a strategic priority."""
    return stores().okrs.set_priority(intent, **fields)


@blueprint.patch("/v1/priorities/<uuid:priority_id>")
@command(schemas.PriorityChange, roles=ADMINS, response=RESPONSE, target=Priority)
def revise_priority(intent: Intent, fields: JsonObject, priority_id: UUID) -> CommandResult:
    """Revise a priority. Another owner requires a reason. The history keeps earlier versions."""
    return stores().okrs.revise_priority(intent, priority_id, **fields)


@blueprint.post("/v1/priorities/<uuid:priority_id>/retirement")
@command(commands.NoFields, roles=ADMINS, response=RESPONSE, target=Priority)
def retire_priority(intent: Intent, _: JsonObject, priority_id: UUID) -> CommandResult:
    """Retire a priority. Requires a reason. Objectives can no longer be linked to it."""
    return stores().okrs.retire_priority(intent, priority_id)


@blueprint.get("/v1/priorities")
@read(schemas.PriorityList, response=page_schema(schemas.Priority))
def list_priorities(context: QueryContext) -> JsonObject:
    """List priorities."""
    conditions = column_conditions(context.query, {"owner": priorities.c.owner, "state": priorities.c.state})
    rows = context.fetch_page(PriorityRow, conditions)
    return created_page(context, rows, [goal_serializers.serialize_priority(row) for row in rows])


@blueprint.get("/v1/priorities/<uuid:priority_id>")
@read(queries.AsOf, response=schemas.Priority, versioned=True)
def read_priority(context: QueryContext, priority_id: UUID) -> JsonObject:
    """Read a priority."""
    return resource_json.priority(context, priority_id)


@blueprint.get("/v1/priorities/<uuid:priority_id>/history")
@read(queries.History, response=page_schema(Fact))
def priority_history(context: QueryContext, priority_id: UUID) -> JsonObject:
    """List all events about a priority, in order: who, when, what, why."""
    context.fetch_row(PriorityRow, priority_id)
    return history_page(context, fact_history.stream_condition(priority_id))
