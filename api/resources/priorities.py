"""Strategic priorities."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from api.http.authentication import ADMINS
from api.http.command_endpoint import ResponseSpec, command
from api.http.context import stores
from api.http.query_endpoint import QueryContext, page_response, read
from api.representations import resources
from api.representations.histories import history_page
from api.schemas import commands, queries
from api.schemas import priorities as schemas
from api.schemas.response_parts import Fact, page_schema
from okr_events.commands.intent import Intent
from okr_events.domain.priority import Priority
from okr_events.event_log.idempotency import CommandResult
from projections.queries import fact_history, serializers
from projections.store import lookups
from projections.store.tables import PriorityRow, priorities

blueprint = Blueprint("priorities", __name__, description="What the organisation wants over years.")
RESPONSE = ResponseSpec.for_id(resources.priority, "/v1/priorities/{id}", schemas.Priority)
TARGET = ("priority_id", Priority)


@blueprint.post("/v1/priorities")
@command(schemas.PriorityCreation, roles=ADMINS, shows=RESPONSE, status=201)
def set_priority(intent: Intent, fields: dict[str, Any]) -> CommandResult:
    """Set a strategic priority."""
    return stores().okrs.set_priority(intent, **fields)


@blueprint.patch("/v1/priorities/<uuid:priority_id>")
@command(schemas.PriorityChange, roles=ADMINS, shows=RESPONSE, on=TARGET)
def revise_priority(intent: Intent, fields: dict[str, Any], priority_id: UUID) -> CommandResult:
    """Revise a priority; another owner needs a reason. What it was before stays readable."""
    return stores().okrs.revise_priority(intent, priority_id, **fields)


@blueprint.post("/v1/priorities/<uuid:priority_id>/retirement")
@command(commands.NoFields, roles=ADMINS, shows=RESPONSE, on=TARGET)
def retire_priority(intent: Intent, _: dict[str, Any], priority_id: UUID) -> CommandResult:
    """Retire a priority; needs a reason. Nothing new can serve it."""
    return stores().okrs.retire_priority(intent, priority_id)


@blueprint.get("/v1/priorities")
@read(schemas.PriorityList, shows=page_schema(schemas.Priority))
def list_priorities(reading: QueryContext) -> dict[str, Any]:
    """List priorities."""
    query, connection, position = reading.query, reading.connection, reading.position
    chosen = [priorities.c[name] == str(query[name]) for name in ("owner", "state") if name in query]
    rows = lookups.fetch_page(connection, PriorityRow, position, after=query["after"], limit=query["limit"] + 1, chosen=chosen)
    return page_response([serializers.serialize_priority(row) for row in rows], [row.created for row in rows], query["limit"])


@blueprint.get("/v1/priorities/<uuid:priority_id>")
@read(queries.AsOf, shows=schemas.Priority, versioned=True)
def read_priority(reading: QueryContext, priority_id: UUID) -> dict[str, Any]:
    """Read a priority."""
    return resources.priority(reading.connection, reading.moment, priority_id)


@blueprint.get("/v1/priorities/<uuid:priority_id>/history")
@read(queries.History, shows=page_schema(Fact))
def priority_history(reading: QueryContext, priority_id: UUID) -> dict[str, Any]:
    """Every fact about a priority, in order: who, when, what, why."""
    lookups.fetch_row(reading.connection, PriorityRow, priority_id, reading.position)
    return history_page(reading, fact_history.stream_condition(priority_id))
