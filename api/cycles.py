"""Cycles and their policies."""

from typing import Any
from uuid import UUID

import orjson
from flask_smorest import Blueprint

from api import sealing, shown
from api.auth import ADMINS
from api.commanding import Shown, command
from api.current import stores
from api.histories import history_of
from api.reading import Reading, listed, read
from api.schemas import bodies, queries
from api.schemas import shapes as schemas
from okr_events.cycle import Cycle
from okr_events.errors import NotFound
from okr_events.intent import Intent
from okr_events.log.answers import Answer
from projections import audit_trail, feed, places, shapes
from projections.tables import OPEN, cycles, facts

blueprint = Blueprint("cycles", __name__, description="Named spans of days with a policy of their own.")
SEALED = Cycle.Sealed.TOPIC
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


@blueprint.post("/v1/cycles/<uuid:cycle_id>/closing")
@command(bodies.Closing, roles=ADMINS, shows=ONE, on=("cycle_id", Cycle))
def close_cycle(intent: Intent, fields: dict[str, Any], cycle_id: UUID) -> Answer:
    """Close and seal a cycle; needs a reason. Nothing changes its numbers any more: what is said later stands beside them."""
    answer = stores().okrs.close_cycle(intent, cycle_id, **fields)
    sealing.attempt(stores())
    return answer


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


@blueprint.get("/v1/cycles/<uuid:cycle_id>/seal")
@read(queries.AsOf, shows=schemas.SealedReport)
def sealed_cycle(reading: Reading, cycle_id: UUID) -> dict[str, Any]:
    """Read the report that a cycle was sealed with, and the digest of its canonical JSON (RFC 8785)."""
    row = places.one(reading.connection, cycles, cycle_id, reading.position)
    report = stores().log.sealed_report(cycle_id) if row.sealed_at else None
    if report is None:
        raise NotFound
    return {"cycle_id": row.id, **shapes.seal(row), "report": orjson.Fragment(report)}


@blueprint.get("/v1/cycles/<uuid:cycle_id>/after-seal")
@read(queries.History, shows=schemas.listing(schemas.Fact))
def after_seal(reading: Reading, cycle_id: UUID) -> dict[str, Any]:
    """Every fact about a cycle that was recorded after it was sealed, in order: none of them changes its numbers."""
    row = places.one(reading.connection, cycles, cycle_id, reading.position)
    later = (facts.c.position > (row.closed_at or OPEN)) & (facts.c.type != SEALED)
    return history_of(reading, feed.of_cycle(row.id) & later, sealed_at=row.closed_at)


@blueprint.get("/v1/cycles/<uuid:cycle_id>/history")
@read(queries.History, shows=schemas.listing(schemas.Fact))
def cycle_history(reading: Reading, cycle_id: UUID) -> dict[str, Any]:
    """Every fact about a cycle, its policies included, in order: who, when, what, why."""
    row = places.one(reading.connection, cycles, cycle_id, reading.position)
    return history_of(reading, audit_trail.of_stream(cycle_id), sealed_at=row.closed_at)
