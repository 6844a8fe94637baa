"""Units."""

from uuid import UUID

from flask_smorest import Blueprint

from api.http.authentication import ADMINS
from api.http.command_endpoint import ResponseSpec, command
from api.http.context import stores
from api.http.query_endpoint import QueryContext, created_page, read
from api.representations import resource_json
from api.representations.histories import history_page
from api.representations.query_scope import requested_unit_ids
from api.schemas import commands, queries
from api.schemas import units as schemas
from api.schemas.response_parts import Fact, page_schema
from okr_events.commands.intent import Intent
from okr_events.domain.unit import Unit
from okr_events.event_log.idempotency import CommandResult
from okr_events.json_types import JsonObject
from projections.queries import fact_history, goal_serializers
from projections.store.tables import UnitRow, units

blueprint = Blueprint("units", __name__, description="The units of an organisation.")
RESPONSE = ResponseSpec.for_id(resource_json.unit, "/v1/units/{id}", schemas.Unit)


@blueprint.post("/v1/units")
@command(schemas.UnitCreation, roles=ADMINS, response=RESPONSE, status=201)
def create_unit(intent: Intent, fields: JsonObject) -> CommandResult:
    """Create a unit."""
    return stores().okrs.create_unit(intent, **fields)


@blueprint.patch("/v1/units/<uuid:unit_id>")
@command(schemas.UnitChange, roles=ADMINS, response=RESPONSE, target=Unit)
def change_unit(intent: Intent, fields: JsonObject, unit_id: UUID) -> CommandResult:
    """Change a unit's name, the company's vision and mission, or its time zone from a later day on, with a reason."""
    return stores().okrs.change_unit(intent, unit_id, **fields)


@blueprint.post("/v1/units/<uuid:unit_id>/move")
@command(schemas.UnitMove, roles=ADMINS, response=RESPONSE, target=Unit)
def move_unit(intent: Intent, fields: JsonObject, unit_id: UUID) -> CommandResult:
    """Move a unit below another. Requires a reason."""
    return stores().okrs.move_unit(intent, unit_id, **fields)


@blueprint.post("/v1/units/<uuid:unit_id>/cadence")
@command(commands.CadenceSetting, roles=ADMINS, response=RESPONSE, target=Unit)
def set_unit_cadence(intent: Intent, fields: JsonObject, unit_id: UUID) -> CommandResult:
    """Set when check-ins are due in a unit and all below it. Parts that are left out come from the units above it."""
    return stores().okrs.set_unit_cadence(intent, unit_id, **fields)


@blueprint.get("/v1/units")
@read(schemas.UnitList, response=page_schema(schemas.Unit))
def list_units(context: QueryContext) -> JsonObject:
    """List units."""
    unit_ids = requested_unit_ids(context)
    rows = context.fetch_page(UnitRow, [] if unit_ids is None else [units.c.id.in_(unit_ids)])
    return created_page(context, rows, [goal_serializers.serialize_unit(row) for row in rows])


@blueprint.get("/v1/units/<uuid:unit_id>")
@read(queries.AsOf, response=schemas.Unit, versioned=True)
def read_unit(context: QueryContext, unit_id: UUID) -> JsonObject:
    """Read a unit."""
    return resource_json.unit(context, unit_id)


@blueprint.get("/v1/units/<uuid:unit_id>/history")
@read(queries.History, response=page_schema(Fact))
def unit_history(context: QueryContext, unit_id: UUID) -> JsonObject:
    """List all events about a unit, in order: who, when, what, why."""
    context.fetch_row(UnitRow, unit_id)
    return history_page(context, fact_history.stream_condition(unit_id))
