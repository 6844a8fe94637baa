"""Check-ins, their corrections and retractions."""

from typing import Any
from uuid import UUID

from flask import g
from flask_smorest import Blueprint
from sqlalchemy import Connection

from api.http.authentication import WRITERS, NotOwner, caller_id, require_key_result_owner
from api.http.command_endpoint import ResponseSpec, command
from api.http.context import stores
from api.http.query_endpoint import QueryContext, current_moment, page_response, read
from api.representations import resources
from api.schemas import check_ins as schemas
from api.schemas import commands, queries
from api.schemas.response_parts import page_schema
from okr_events.commands.intent import Intent
from okr_events.domain.key_result import KeyResult
from okr_events.event_log.idempotency import CommandResult
from okr_events.register.tokens import Role
from projections.moment import Moment
from projections.queries import check_ins
from projections.store import lookups
from projections.store.tables import CheckInRow, KeyResultRow

MAX_CURSOR = 2**62
blueprint = Blueprint("check-ins", __name__, description="Reports on key results: never edited, never deleted.")
RESPONSE = ResponseSpec.for_id(resources.check_in, "/v1/check-ins/{id}", schemas.CheckIn)


def _serialize_batch(connection: Connection, moment: Moment, answer: CommandResult) -> dict[str, Any]:
    """A batch's check-ins in their order: those among the events that the answer counts."""
    found = check_ins.fetch_recorded_between(connection, answer.position - answer.events, answer.position)
    return {"items": resources.serialize_check_ins(connection, moment, found)}


BATCH_RESPONSE = ResponseSpec(_serialize_batch, None, schemas.CheckInResults)


def _require_check_in_owner(check_in_id: UUID, **_: Any) -> None:
    """A member corrects their own check-ins, and those on key results and objectives of their own."""
    original = fetch_original(check_in_id)
    if g.token.role is Role.MEMBER and UUID(original.author) != caller_id():
        try:
            require_key_result_owner(UUID(original.key_result_id))
        except NotOwner:
            raise NotOwner from None


def fetch_original(check_in_id: UUID) -> CheckInRow:
    """Which key result's stream holds a check-in is a look-up, no decision. Raises `NotFound`."""
    with stores().views.connect() as connection:
        return check_ins.fetch_versions(connection, current_moment().position, check_in_id)[0]


@blueprint.post("/v1/key-results/<uuid:key_result_id>/check-ins")
@command(schemas.CheckInBody, roles=WRITERS, shows=RESPONSE, status=201, on=("key_result_id", KeyResult))
def check_in(intent: Intent, fields: dict[str, Any], key_result_id: UUID) -> CommandResult:
    """Check in on a key result: at least one of value (or milestones), confidence and status."""
    return stores().okrs.check_in(intent, key_result_id, **fields)


@blueprint.post("/v1/check-ins/batch")
@command(schemas.CheckInBatch, roles=WRITERS, shows=BATCH_RESPONSE, status=201)
def check_in_batch(intent: Intent, fields: dict[str, Any]) -> CommandResult:
    """Check in on up to 500 key results, all or none."""
    return stores().okrs.check_in_batch(intent, **fields)


@blueprint.post("/v1/check-ins/<uuid:check_in_id>/correction")
@command(schemas.CheckInBody, roles=WRITERS, shows=RESPONSE, owned=_require_check_in_owner)
def correct_check_in(intent: Intent, fields: dict[str, Any], check_in_id: UUID) -> CommandResult:
    """Correct a check-in: what is named is replaced, the rest stays; needs a reason. The original stays readable."""
    key_result_id = UUID(fetch_original(check_in_id).key_result_id)
    return stores().okrs.correct_check_in(intent, key_result_id, check_in_id, **fields)


@blueprint.post("/v1/check-ins/<uuid:check_in_id>/retraction")
@command(commands.NoFields, roles=WRITERS, shows=RESPONSE, owned=_require_check_in_owner)
def retract_check_in(intent: Intent, _: dict[str, Any], check_in_id: UUID) -> CommandResult:
    """Withdraw a check-in; needs a reason. It stays readable and counts no more."""
    key_result_id = UUID(fetch_original(check_in_id).key_result_id)
    return stores().okrs.retract_check_in(intent, key_result_id, check_in_id)


@blueprint.get("/v1/key-results/<uuid:key_result_id>/check-ins")
@read(queries.History, shows=page_schema(schemas.CheckIn))
def list_check_ins(reading: QueryContext, key_result_id: UUID) -> dict[str, Any]:
    """A key result's check-ins, newest first, with originals and corrections."""
    lookups.fetch_row(reading.connection, KeyResultRow, key_result_id, reading.position)
    limit, before = reading.query["limit"], reading.query["after"] or MAX_CURSOR
    found = check_ins.fetch_page(reading.connection, reading.position, key_result_id, before=before, limit=limit + 1)
    items = resources.serialize_check_ins(reading.connection, reading.moment, found)
    return page_response(items, [versions[0].created for versions in found], limit)


@blueprint.get("/v1/check-ins/<uuid:check_in_id>")
@read(queries.AsOf, shows=schemas.CheckIn, versioned=True)
def read_check_in(reading: QueryContext, check_in_id: UUID) -> dict[str, Any]:
    """Read a check-in with its original and its corrections."""
    return resources.check_in(reading.connection, reading.moment, check_in_id)
