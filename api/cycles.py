"""Cycles and their policies."""

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
from okr_events.cycle import Cycle
from okr_events.intent import Intent
from okr_events.log.answers import Answer
from projections import audit_trail, places, shapes
from projections.tables import cycles

blueprint = Blueprint("cycles", __name__, description="Named spans of days with a policy of their own.")
ONE = Shown.one(shown.cycle, "/v1/cycles/{id}", schemas.Cycle)


@blueprint.post("/v1/cycles")
@command(bodies.CycleCreation, roles=ADMINS, shows=ONE, status=201)
def create_cycle(intent: Intent, fields: dict[str, Any]) -> Answer:
    """Create a cycle, in draft."""
    return stores().okrs.create_cycle(intent, **fields)


@blueprint.patch("/v1/cycles/<uuid:cycle_id>/policy")
@command(bodies.PolicyChange, roles=ADMINS, shows=ONE, on=("cycle_id", Cycle))
def change_policy(intent: Intent, fields: dict[str, Any], cycle_id: UUID) -> Answer:
    """Change parts of a cycle's policy; needs a reason once the cycle is active."""
    return stores().okrs.change_policy(intent, cycle_id, **fields)


@blueprint.post("/v1/cycles/<uuid:cycle_id>/activation")
@command(bodies.NoFields, roles=ADMINS, shows=ONE, on=("cycle_id", Cycle))
def activate_cycle(intent: Intent, _: dict[str, Any], cycle_id: UUID) -> Answer:
    """Activate a cycle."""
    return stores().okrs.activate_cycle(intent, cycle_id)


@blueprint.get("/v1/cycles")
@read(queries.CycleList, shows=schemas.listing(schemas.Cycle))
def list_cycles(reading: Reading) -> dict[str, Any]:
    """List cycles."""
    query = reading.query
    chosen = [cycles.c.state == query["state"]] if "state" in query else []
    rows = places.page(
        reading.connection, cycles, reading.position, after=query["after"], limit=query["limit"] + 1, chosen=chosen
    )
    return listed([shapes.cycle(row) for row in rows], [row.created for row in rows], query["limit"])


@blueprint.get("/v1/cycles/<uuid:cycle_id>")
@read(queries.AsOf, shows=schemas.Cycle, versioned=True)
def one_cycle(reading: Reading, cycle_id: UUID) -> dict[str, Any]:
    """Read a cycle with its policy."""
    return shown.cycle(reading.connection, reading.moment, cycle_id)


@blueprint.get("/v1/cycles/<uuid:cycle_id>/history")
@read(queries.History, shows=schemas.listing(schemas.Fact))
def cycle_history(reading: Reading, cycle_id: UUID) -> dict[str, Any]:
    """Every fact about a cycle, its policies included, in order: who, when, what, why."""
    places.one(reading.connection, cycles, cycle_id, reading.position)
    return history_of(reading, audit_trail.of_stream(cycle_id))
