"""Check-ins, their corrections and retractions."""

from uuid import UUID

from flask_smorest import Blueprint

from api.http.authentication import WRITERS
from api.http.command_endpoint import ResponseSpec, command
from api.http.context import ReadContext, stores
from api.http.ownership import require_key_result_owner
from api.http.query_endpoint import QueryContext, fetch_current_row, page_response, read
from api.operations.stores import Stores
from api.representations import resource_json
from api.schemas import check_ins as schemas
from api.schemas import commands, queries
from api.schemas.response_parts import page_schema
from okr_events.commands.intent import Intent
from okr_events.domain.key_result import KeyResult
from okr_events.event_log.idempotency import CommandResult
from okr_events.json_types import JsonObject
from okr_events.register.tokens import Role, Token
from projections.queries import check_ins
from projections.store.tables import CheckInRow, KeyResultRow

MAX_CURSOR = 2**62
blueprint = Blueprint("check-ins", __name__, description="Reports on key results, which are never edited or deleted.")
RESPONSE = ResponseSpec.for_id(resource_json.check_in, "/v1/check-ins/{id}", schemas.CheckIn)


def _serialize_batch(context: ReadContext, result: CommandResult) -> JsonObject:
    """The check-ins of a batch, in order."""
    histories = context.check_ins.recorded_between(result.position - result.events, result.position)
    return {"items": resource_json.serialize_check_ins(context, histories)}


BATCH_RESPONSE = ResponseSpec(_serialize_batch, None, schemas.CheckInResults)


def _require_check_in_owner(stores: Stores, caller: Token, check_in_id: UUID, body: JsonObject) -> None:
    """The author of the check-in, or an owner of its key result or objective."""
    row = fetch_current_row(stores, CheckInRow, check_in_id)
    if caller.role is Role.MEMBER and row.author != str(caller.person_id):
        require_key_result_owner(stores, caller, UUID(row.key_result_id), body)


@blueprint.post("/v1/key-results/<uuid:key_result_id>/check-ins")
@command(schemas.CheckInBody, roles=WRITERS, response=RESPONSE, status=201, target=KeyResult)
def check_in(intent: Intent, fields: JsonObject, key_result_id: UUID) -> CommandResult:
    """Check in on a key result with at least one of value (or milestones), confidence and status."""
    return stores().okrs.check_in(intent, key_result_id, **fields)


@blueprint.post("/v1/check-ins/batch")
@command(schemas.CheckInBatch, roles=WRITERS, response=BATCH_RESPONSE, status=201)
def check_in_batch(intent: Intent, fields: JsonObject) -> CommandResult:
    """Check in on up to 500 key results, all or none."""
    return stores().okrs.check_in_batch(intent, **fields)


@blueprint.post("/v1/check-ins/<uuid:check_in_id>/correction")
@command(schemas.CheckInCorrection, roles=WRITERS, response=RESPONSE, guard=_require_check_in_owner)
def correct_check_in(intent: Intent, fields: JsonObject, check_in_id: UUID) -> CommandResult:
    """Correct a check-in: replace the given fields and keep the others. Null withdraws the note or the confidence.

    Requires a reason. The original stays readable.
    """
    row = fetch_current_row(stores(), CheckInRow, check_in_id)
    return stores().okrs.correct_check_in(intent, UUID(row.key_result_id), check_in_id, **fields)


@blueprint.post("/v1/check-ins/<uuid:check_in_id>/retraction")
@command(commands.NoFields, roles=WRITERS, response=RESPONSE, guard=_require_check_in_owner)
def retract_check_in(intent: Intent, _: JsonObject, check_in_id: UUID) -> CommandResult:
    """Retract a check-in: it stays readable and no longer counts. Requires a reason."""
    row = fetch_current_row(stores(), CheckInRow, check_in_id)
    return stores().okrs.retract_check_in(intent, UUID(row.key_result_id), check_in_id)


@blueprint.get("/v1/key-results/<uuid:key_result_id>/check-ins")
@read(queries.History, response=page_schema(schemas.CheckIn))
def list_check_ins(context: QueryContext, key_result_id: UUID) -> JsonObject:
    """List a key result's check-ins with their originals and corrections, newest first."""
    context.fetch_row(KeyResultRow, key_result_id)
    limit, before = context.query["limit"], context.query["after"] or MAX_CURSOR
    histories = check_ins.fetch_page(context.connection, context.position, key_result_id, before=before, limit=limit + 1)
    items = resource_json.serialize_check_ins(context, histories)
    return page_response(items, [versions[0].created for versions in histories], limit)


@blueprint.get("/v1/check-ins/<uuid:check_in_id>")
@read(queries.AsOf, response=schemas.CheckIn, versioned=True)
def read_check_in(context: QueryContext, check_in_id: UUID) -> JsonObject:
    """Read a check-in with its original and its corrections."""
    return resource_json.check_in(context, check_in_id)
