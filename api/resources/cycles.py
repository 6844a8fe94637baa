"""Cycles and their policies."""

from typing import Any
from uuid import UUID

import orjson
from flask_smorest import Blueprint

from api.http.authentication import ADMINS
from api.http.command_endpoint import ResponseSpec, command
from api.http.context import stores
from api.http.query_endpoint import QueryContext, page_response, read
from api.operations import cycle_sealing
from api.representations import resources
from api.representations.histories import history_page
from api.schemas import commands, queries
from api.schemas import cycles as schemas
from api.schemas.response_parts import Fact, page_schema
from okr_events.commands.intent import Intent
from okr_events.domain.cycle import Cycle
from okr_events.domain.errors import NotFound
from okr_events.event_log.idempotency import CommandResult
from projections.queries import event_filters, fact_history, serializers
from projections.store import lookups
from projections.store.tables import OPEN_ENDED, CycleRow, cycles, facts

blueprint = Blueprint("cycles", __name__, description="Named spans of days with a policy of their own.")
SEALED_TYPE = Cycle.Sealed.TOPIC
RESPONSE = ResponseSpec.for_id(resources.cycle, "/v1/cycles/{id}", schemas.Cycle)


@blueprint.post("/v1/cycles")
@command(schemas.CycleCreation, roles=ADMINS, shows=RESPONSE, status=201)
def create_cycle(intent: Intent, fields: dict[str, Any]) -> CommandResult:
    """Create a cycle, in draft."""
    return stores().okrs.create_cycle(intent, **fields)


@blueprint.patch("/v1/cycles/<uuid:cycle_id>/policy")
@command(schemas.PolicyChange, roles=ADMINS, shows=RESPONSE, on=("cycle_id", Cycle))
def change_policy(intent: Intent, fields: dict[str, Any], cycle_id: UUID) -> CommandResult:
    """Change parts of a cycle's policy; needs a reason once the cycle is active."""
    return stores().okrs.change_policy(intent, cycle_id, **fields)


@blueprint.post("/v1/cycles/<uuid:cycle_id>/activation")
@command(commands.NoFields, roles=ADMINS, shows=RESPONSE, on=("cycle_id", Cycle))
def activate_cycle(intent: Intent, _: dict[str, Any], cycle_id: UUID) -> CommandResult:
    """Activate a cycle."""
    return stores().okrs.activate_cycle(intent, cycle_id)


@blueprint.post("/v1/cycles/<uuid:cycle_id>/closing")
@command(commands.Closing, roles=ADMINS, shows=RESPONSE, on=("cycle_id", Cycle))
def close_cycle(intent: Intent, fields: dict[str, Any], cycle_id: UUID) -> CommandResult:
    """Close and seal a cycle; needs a reason. Nothing changes its numbers any more: what is said later stands beside them."""
    answer = stores().okrs.close_cycle(intent, cycle_id, **fields)
    cycle_sealing.seal_closed_cycles(stores())
    return answer


@blueprint.get("/v1/cycles")
@read(schemas.CycleList, shows=page_schema(schemas.Cycle))
def list_cycles(reading: QueryContext) -> dict[str, Any]:
    """List cycles."""
    query = reading.query
    chosen = [cycles.c.state == query["state"]] if "state" in query else []
    rows = lookups.fetch_page(
        reading.connection, CycleRow, reading.position, after=query["after"], limit=query["limit"] + 1, chosen=chosen
    )
    return page_response([serializers.serialize_cycle(row) for row in rows], [row.created for row in rows], query["limit"])


@blueprint.get("/v1/cycles/<uuid:cycle_id>")
@read(queries.AsOf, shows=schemas.Cycle, versioned=True)
def read_cycle(reading: QueryContext, cycle_id: UUID) -> dict[str, Any]:
    """Read a cycle with its policy."""
    return resources.cycle(reading.connection, reading.moment, cycle_id)


@blueprint.get("/v1/cycles/<uuid:cycle_id>/seal")
@read(queries.AsOf, shows=schemas.SealedReport)
def read_sealed_report(reading: QueryContext, cycle_id: UUID) -> dict[str, Any]:
    """Read the report that a cycle was sealed with, and the digest of its canonical JSON (RFC 8785)."""
    row = lookups.fetch_row(reading.connection, CycleRow, cycle_id, reading.position)
    report = stores().log.sealed_report(cycle_id) if row.sealed_at else None
    seal = serializers.serialize_seal(row)
    if report is None or seal is None:
        raise NotFound
    return {"cycle_id": row.id, **seal, "report": orjson.Fragment(report)}


@blueprint.get("/v1/cycles/<uuid:cycle_id>/after-seal")
@read(queries.History, shows=page_schema(Fact))
def list_facts_after_seal(reading: QueryContext, cycle_id: UUID) -> dict[str, Any]:
    """Every fact about a cycle that was recorded after it was sealed, in order: none of them changes its numbers."""
    row = lookups.fetch_row(reading.connection, CycleRow, cycle_id, reading.position)
    later = (facts.c.position > (row.closed_at or OPEN_ENDED)) & (facts.c.type != SEALED_TYPE)
    return history_page(reading, event_filters.cycle_condition(row.id) & later, sealed_at=row.closed_at)


@blueprint.get("/v1/cycles/<uuid:cycle_id>/history")
@read(queries.History, shows=page_schema(Fact))
def cycle_history(reading: QueryContext, cycle_id: UUID) -> dict[str, Any]:
    """Every fact about a cycle, its policies included, in order: who, when, what, why."""
    row = lookups.fetch_row(reading.connection, CycleRow, cycle_id, reading.position)
    return history_page(reading, fact_history.stream_condition(cycle_id), sealed_at=row.closed_at)
