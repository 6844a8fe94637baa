"""Strategic priorities."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from api.http.authentication import ADMINS
from api.http.command_endpoint import Shown, command
from api.http.context import stores
from api.http.query_endpoint import Reading, listed, read
from api.representations import resources
from api.representations.histories import history_of
from api.schemas import commands, queries
from api.schemas import response_bodies as schemas
from okr_events.commands.intent import Intent
from okr_events.domain.priority import Priority
from okr_events.event_log.idempotency import Answer
from projections.queries import fact_history, serializers
from projections.store import lookups
from projections.store.tables import priorities

blueprint = Blueprint("priorities", __name__, description="What the organisation wants over years.")
ONE = Shown.one(resources.priority, "/v1/priorities/{id}", schemas.Priority)
ON = ("priority_id", Priority)


@blueprint.post("/v1/priorities")
@command(commands.PriorityCreation, roles=ADMINS, shows=ONE, status=201)
def set_priority(intent: Intent, fields: dict[str, Any]) -> Answer:
    """Set a strategic priority."""
    return stores().okrs.set_priority(intent, **fields)


@blueprint.patch("/v1/priorities/<uuid:priority_id>")
@command(commands.PriorityChange, roles=ADMINS, shows=ONE, on=ON)
def revise_priority(intent: Intent, fields: dict[str, Any], priority_id: UUID) -> Answer:
    """Revise a priority; another owner needs a reason. What it was before stays readable."""
    return stores().okrs.revise_priority(intent, priority_id, **fields)


@blueprint.post("/v1/priorities/<uuid:priority_id>/retirement")
@command(commands.NoFields, roles=ADMINS, shows=ONE, on=ON)
def retire_priority(intent: Intent, _: dict[str, Any], priority_id: UUID) -> Answer:
    """Retire a priority; needs a reason. Nothing new can serve it."""
    return stores().okrs.retire_priority(intent, priority_id)


@blueprint.get("/v1/priorities")
@read(queries.PriorityList, shows=schemas.listing(schemas.Priority))
def list_priorities(reading: Reading) -> dict[str, Any]:
    """List priorities."""
    query, connection, position = reading.query, reading.connection, reading.position
    chosen = [priorities.c[name] == str(query[name]) for name in ("owner", "state") if name in query]
    rows = lookups.page(connection, priorities, position, after=query["after"], limit=query["limit"] + 1, chosen=chosen)
    return listed([serializers.priority(row) for row in rows], [row.created for row in rows], query["limit"])


@blueprint.get("/v1/priorities/<uuid:priority_id>")
@read(queries.AsOf, shows=schemas.Priority, versioned=True)
def one_priority(reading: Reading, priority_id: UUID) -> dict[str, Any]:
    """Read a priority."""
    return resources.priority(reading.connection, reading.moment, priority_id)


@blueprint.get("/v1/priorities/<uuid:priority_id>/history")
@read(queries.History, shows=schemas.listing(schemas.Fact))
def priority_history(reading: Reading, priority_id: UUID) -> dict[str, Any]:
    """Every fact about a priority, in order: who, when, what, why."""
    lookups.one(reading.connection, priorities, priority_id, reading.position)
    return history_of(reading, fact_history.of_stream(priority_id))
