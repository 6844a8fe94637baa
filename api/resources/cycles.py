"""Cycles and their policies."""

from dataclasses import replace
from uuid import UUID

import orjson
from flask_smorest import Blueprint

from api.http.authentication import ADMINS
from api.http.command_endpoint import ResponseSpec, command
from api.http.context import stores
from api.http.query_endpoint import QueryContext, created_page, read
from api.operations import cycle_sealing, sealed_reports
from api.operations.checkpoints import publish_recorded
from api.operations.stores import Stores
from api.representations import resource_json
from api.representations.histories import history_page
from api.representations.query_scope import column_conditions
from api.schemas import commands, queries
from api.schemas import cycles as schemas
from api.schemas.response_parts import Fact, page_schema
from okr_events.commands.intent import Intent
from okr_events.domain.cycle import Cycle
from okr_events.domain.errors import NotFound
from okr_events.event_log.idempotency import CommandResult
from okr_events.json_types import JsonObject
from projections.queries import event_filters, fact_history, goal_serializers
from projections.store.tables import OPEN_ENDED, CycleRow, cycles, facts

blueprint = Blueprint("cycles", __name__, description="Spans of time with a policy of their own.")
SEALED_TYPE = Cycle.Sealed.TOPIC
RESPONSE = ResponseSpec.for_id(resource_json.cycle, "/v1/cycles/{id}", schemas.Cycle)


def _complete_seals(stores: Stores) -> None:
    cycle_sealing.seal_closed_cycles(stores)
    publish_recorded(stores, stores.settings)


CLOSING_RESPONSE = replace(RESPONSE, before_response=_complete_seals)


@blueprint.post("/v1/cycles")
@command(schemas.CycleCreation, roles=ADMINS, response=RESPONSE, status=201)
def create_cycle(intent: Intent, fields: JsonObject) -> CommandResult:
    """Create a cycle as a draft."""
    return stores().okrs.create_cycle(intent, **fields)


@blueprint.patch("/v1/cycles/<uuid:cycle_id>/policy")
@command(schemas.PolicyChange, roles=ADMINS, response=RESPONSE, target=Cycle)
def change_policy(intent: Intent, fields: JsonObject, cycle_id: UUID) -> CommandResult:
    """Change parts of a cycle's policy. Requires a reason once the cycle is active."""
    return stores().okrs.change_policy(intent, cycle_id, **fields)


@blueprint.post("/v1/cycles/<uuid:cycle_id>/activation")
@command(commands.NoFields, roles=ADMINS, response=RESPONSE, target=Cycle)
def activate_cycle(intent: Intent, _: JsonObject, cycle_id: UUID) -> CommandResult:
    """Activate a cycle."""
    return stores().okrs.activate_cycle(intent, cycle_id)


@blueprint.post("/v1/cycles/<uuid:cycle_id>/closing")
@command(commands.Closing, roles=ADMINS, response=CLOSING_RESPONSE, target=Cycle)
def close_cycle(intent: Intent, fields: JsonObject, cycle_id: UUID) -> CommandResult:
    """Close and seal a cycle. Requires a reason. Later events are recorded but change none of its numbers.

    The seal fixes a report that is made from the log alone. If it fails after the cycle was closed, the same request sent
    again completes it, and so does `okr follow`.
    """
    if not intent.rehearse:
        _complete_seals(stores())
    return stores().okrs.close_cycle(intent, cycle_id, **fields)


@blueprint.get("/v1/cycles")
@read(schemas.CycleList, response=page_schema(schemas.Cycle))
def list_cycles(context: QueryContext) -> JsonObject:
    """List cycles."""
    conditions = column_conditions(context.query, {"state": cycles.c.state})
    rows = context.fetch_page(CycleRow, conditions)
    return created_page(context, rows, [goal_serializers.serialize_cycle(row) for row in rows])


@blueprint.get("/v1/cycles/<uuid:cycle_id>")
@read(queries.AsOf, response=schemas.Cycle, versioned=True)
def read_cycle(context: QueryContext, cycle_id: UUID) -> JsonObject:
    """Read a cycle with its policy."""
    return resource_json.cycle(context, cycle_id)


@blueprint.get("/v1/cycles/<uuid:cycle_id>/seal")
@read(queries.AsOf, response=schemas.SealedReport)
def read_sealed_report(context: QueryContext, cycle_id: UUID) -> JsonObject:
    """Read a cycle's sealed report, with the digest of its canonical JSON (RFC 8785).

    A report that does not match the digest in the log is not served: the answer is 503 `log-damaged`.
    """
    row = context.fetch_row(CycleRow, cycle_id)
    report = sealed_reports.fetch_report(context.stores, cycle_id) if row.sealed_at else None
    seal = goal_serializers.serialize_seal(row)
    if report is None or seal is None:
        raise NotFound
    return {"cycle_id": row.id, **seal, "report": orjson.Fragment(report)}


@blueprint.get("/v1/cycles/<uuid:cycle_id>/after-seal")
@read(queries.History, response=page_schema(Fact))
def list_facts_after_seal(context: QueryContext, cycle_id: UUID) -> JsonObject:
    """List the events about a cycle that were recorded after it was sealed, in order. None of them changes its numbers."""
    row = context.fetch_row(CycleRow, cycle_id)
    later = (facts.c.position > (row.closed_at or OPEN_ENDED)) & (facts.c.type != SEALED_TYPE)
    return history_page(context, event_filters.cycle_condition(row.id) & later, sealed_at=row.closed_at)


@blueprint.get("/v1/cycles/<uuid:cycle_id>/history")
@read(queries.History, response=page_schema(Fact))
def cycle_history(context: QueryContext, cycle_id: UUID) -> JsonObject:
    """List all events about a cycle, its policies included, in order: who, when, what, why."""
    row = context.fetch_row(CycleRow, cycle_id)
    return history_page(context, fact_history.stream_condition(cycle_id), sealed_at=row.closed_at)
