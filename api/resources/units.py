"""Units."""

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
from api.schemas import units as schemas
from api.schemas.response_parts import Fact, page_schema
from okr_events.commands.intent import Intent
from okr_events.domain.unit import Unit
from okr_events.event_log.idempotency import CommandResult
from projections.queries import fact_history, serializers
from projections.store import lookups
from projections.store.tables import UnitRow, units

blueprint = Blueprint("units", __name__, description="The places of an organisation.")
RESPONSE = ResponseSpec.for_id(resources.unit, "/v1/units/{id}", schemas.Unit)
"""How a unit is shown in answers to commands."""


@blueprint.post("/v1/units")
@command(schemas.UnitCreation, roles=ADMINS, shows=RESPONSE, status=201)
def create_unit(intent: Intent, fields: dict[str, Any]) -> CommandResult:
    """Create a unit."""
    return stores().okrs.create_unit(intent, **fields)


@blueprint.patch("/v1/units/<uuid:unit_id>")
@command(schemas.UnitChange, roles=ADMINS, shows=RESPONSE, on=("unit_id", Unit))
def change_unit(intent: Intent, fields: dict[str, Any], unit_id: UUID) -> CommandResult:
    """Change a unit's name, or the company's vision and mission."""
    return stores().okrs.change_unit(intent, unit_id, **fields)


@blueprint.post("/v1/units/<uuid:unit_id>/move")
@command(schemas.UnitMove, roles=ADMINS, shows=RESPONSE, on=("unit_id", Unit))
def move_unit(intent: Intent, fields: dict[str, Any], unit_id: UUID) -> CommandResult:
    """Move a unit below another; needs a reason."""
    return stores().okrs.move_unit(intent, unit_id, **fields)


@blueprint.post("/v1/units/<uuid:unit_id>/cadence")
@command(commands.CadenceSetting, roles=ADMINS, shows=RESPONSE, on=("unit_id", Unit))
def set_unit_cadence(intent: Intent, fields: dict[str, Any], unit_id: UUID) -> CommandResult:
    """Set when the key results of a unit, and of all below it, ask for check-ins; what is left out comes from above."""
    return stores().okrs.set_unit_cadence(intent, unit_id, **fields)


@blueprint.get("/v1/units")
@read(schemas.UnitList, shows=page_schema(schemas.Unit))
def list_units(reading: QueryContext) -> dict[str, Any]:
    """List units."""
    query, position = reading.query, reading.position
    chosen = (
        [units.c.id.in_(lookups.fetch_unit_subtree(reading.connection, query["unit"], position))] if "unit" in query else []
    )
    rows = lookups.fetch_page(
        reading.connection, UnitRow, position, after=query["after"], limit=query["limit"] + 1, chosen=chosen
    )
    return page_response([serializers.serialize_unit(row) for row in rows], [row.created for row in rows], query["limit"])


@blueprint.get("/v1/units/<uuid:unit_id>")
@read(queries.AsOf, shows=schemas.Unit, versioned=True)
def read_unit(reading: QueryContext, unit_id: UUID) -> dict[str, Any]:
    """Read a unit."""
    return resources.unit(reading.connection, reading.moment, unit_id)


@blueprint.get("/v1/units/<uuid:unit_id>/history")
@read(queries.History, shows=page_schema(Fact))
def unit_history(reading: QueryContext, unit_id: UUID) -> dict[str, Any]:
    """Every fact about a unit, in order: who, when, what, why."""
    lookups.fetch_row(reading.connection, UnitRow, unit_id, reading.position)
    return history_page(reading, fact_history.stream_condition(unit_id))
