"""Strategic priorities."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from api import shown
from api.auth import ADMINS
from api.commanding import Shown, command
from api.current import stores
from api.histories import history_of
from api.reading import Reading, listed, read
from api.schemas import bodies, queries
from api.schemas import shapes as schemas
from okr_events.intent import Intent
from okr_events.log.answers import Answer
from okr_events.priority import Priority
from projections import audit_trail, places, shapes
from projections.tables import priorities

blueprint = Blueprint("priorities", __name__, description="What the organisation wants over years.")
ONE = Shown.one(shown.priority, "/v1/priorities/{id}", schemas.Priority)
ON = ("priority_id", Priority)


@blueprint.post("/v1/priorities")
@command(bodies.PriorityCreation, roles=ADMINS, shows=ONE, status=201)
def set_priority(intent: Intent, fields: dict[str, Any]) -> Answer:
    """Set a strategic priority."""
    return stores().okrs.set_priority(intent, **fields)


@blueprint.patch("/v1/priorities/<uuid:priority_id>")
@command(bodies.PriorityChange, roles=ADMINS, shows=ONE, on=ON)
def revise_priority(intent: Intent, fields: dict[str, Any], priority_id: UUID) -> Answer:
    """Revise a priority; another owner needs a reason. What it was before stays readable."""
    return stores().okrs.revise_priority(intent, priority_id, **fields)


@blueprint.post("/v1/priorities/<uuid:priority_id>/retirement")
@command(bodies.NoFields, roles=ADMINS, shows=ONE, on=ON)
def retire_priority(intent: Intent, _: dict[str, Any], priority_id: UUID) -> Answer:
    """Retire a priority; needs a reason. Nothing new can serve it."""
    return stores().okrs.retire_priority(intent, priority_id)


@blueprint.get("/v1/priorities")
@read(queries.PriorityList, shows=schemas.listing(schemas.Priority))
def list_priorities(reading: Reading) -> dict[str, Any]:
    """List priorities."""
    query, connection, position = reading.query, reading.connection, reading.position
    chosen = [priorities.c[name] == str(query[name]) for name in ("owner", "state") if name in query]
    rows = places.page(connection, priorities, position, after=query["after"], limit=query["limit"] + 1, chosen=chosen)
    return listed([shapes.priority(row) for row in rows], [row.created for row in rows], query["limit"])


@blueprint.get("/v1/priorities/<uuid:priority_id>")
@read(queries.AsOf, shows=schemas.Priority, versioned=True)
def one_priority(reading: Reading, priority_id: UUID) -> dict[str, Any]:
    """Read a priority."""
    return shown.priority(reading.connection, reading.moment, priority_id)


@blueprint.get("/v1/priorities/<uuid:priority_id>/history")
@read(queries.History, shows=schemas.listing(schemas.Fact))
def priority_history(reading: Reading, priority_id: UUID) -> dict[str, Any]:
    """Every fact about a priority, in order: who, when, what, why."""
    places.one(reading.connection, priorities, priority_id, reading.position)
    return history_of(reading, audit_trail.of_stream(priority_id))
