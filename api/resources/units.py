"""Units."""

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
from okr_events.domain.unit import Unit
from okr_events.event_log.idempotency import Answer
from projections.queries import fact_history, serializers
from projections.store import lookups
from projections.store.tables import units

blueprint = Blueprint("units", __name__, description="The places of an organisation.")
ONE = Shown.one(resources.unit, "/v1/units/{id}", schemas.Unit)
"""How a unit is shown in answers to commands."""


@blueprint.post("/v1/units")
@command(commands.UnitCreation, roles=ADMINS, shows=ONE, status=201)
def create_unit(intent: Intent, fields: dict[str, Any]) -> Answer:
    """Create a unit."""
    return stores().okrs.create_unit(intent, **fields)


@blueprint.patch("/v1/units/<uuid:unit_id>")
@command(commands.UnitChange, roles=ADMINS, shows=ONE, on=("unit_id", Unit))
def change_unit(intent: Intent, fields: dict[str, Any], unit_id: UUID) -> Answer:
    """Change a unit's name, or the company's vision and mission."""
    return stores().okrs.change_unit(intent, unit_id, **fields)


@blueprint.post("/v1/units/<uuid:unit_id>/move")
@command(commands.UnitMove, roles=ADMINS, shows=ONE, on=("unit_id", Unit))
def move_unit(intent: Intent, fields: dict[str, Any], unit_id: UUID) -> Answer:
    """Move a unit below another; needs a reason."""
    return stores().okrs.move_unit(intent, unit_id, **fields)


@blueprint.post("/v1/units/<uuid:unit_id>/cadence")
@command(commands.CadenceSetting, roles=ADMINS, shows=ONE, on=("unit_id", Unit))
def set_unit_cadence(intent: Intent, fields: dict[str, Any], unit_id: UUID) -> Answer:
    """Set when the key results of a unit, and of all below it, ask for check-ins; what is left out comes from above."""
    return stores().okrs.set_unit_cadence(intent, unit_id, **fields)


@blueprint.get("/v1/units")
@read(queries.UnitList, shows=schemas.listing(schemas.Unit))
def list_units(reading: Reading) -> dict[str, Any]:
    """List units."""
    query, position = reading.query, reading.position
    chosen = [units.c.id.in_(lookups.below(reading.connection, query["unit"], position))] if "unit" in query else []
    rows = lookups.page(reading.connection, units, position, after=query["after"], limit=query["limit"] + 1, chosen=chosen)
    return listed([serializers.unit(row) for row in rows], [row.created for row in rows], query["limit"])


@blueprint.get("/v1/units/<uuid:unit_id>")
@read(queries.AsOf, shows=schemas.Unit, versioned=True)
def one_unit(reading: Reading, unit_id: UUID) -> dict[str, Any]:
    """Read a unit."""
    return resources.unit(reading.connection, reading.moment, unit_id)


@blueprint.get("/v1/units/<uuid:unit_id>/history")
@read(queries.History, shows=schemas.listing(schemas.Fact))
def unit_history(reading: Reading, unit_id: UUID) -> dict[str, Any]:
    """Every fact about a unit, in order: who, when, what, why."""
    lookups.one(reading.connection, units, unit_id, reading.position)
    return history_of(reading, fact_history.of_stream(unit_id))
