"""Blockers of key results, and their resolution."""

from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy import ColumnElement, select

from api.http.authentication import WRITERS
from api.http.command_endpoint import ResponseSpec, command
from api.http.context import stores
from api.http.ownership import require_key_result_owner
from api.http.query_endpoint import QueryContext, fetch_current_row, page_response, read
from api.operations.stores import Stores
from api.representations import resource_json
from api.representations.query_scope import column_conditions, requested_key_results
from api.schemas import blockers as schemas
from api.schemas import commands, queries
from api.schemas.response_parts import page_schema
from okr_events.commands.intent import Intent
from okr_events.event_log.idempotency import CommandResult
from okr_events.json_types import JsonObject
from okr_events.register.tokens import Token
from projections.store import lookups
from projections.store.tables import BlockerRow, key_results, valid_at
from projections.store.tables import blockers as table

blueprint = Blueprint("blockers", __name__, description="What blocks key results, as check-ins report it.")
RESPONSE = ResponseSpec.for_id(resource_json.blocker, "/v1/blockers/{id}", schemas.Blocker)


def _require_blocker_owner(stores: Stores, caller: Token, blocker_id: UUID, body: JsonObject) -> None:
    """The owner or author of the blocker, or an owner of its key result or objective."""
    row = fetch_current_row(stores, BlockerRow, blocker_id)
    if str(caller.person_id) not in {row.owner, row.author}:
        require_key_result_owner(stores, caller, UUID(row.key_result_id), body)


@blueprint.post("/v1/blockers/<uuid:blocker_id>/resolution")
@command(commands.NoFields, roles=WRITERS, response=RESPONSE, guard=_require_blocker_owner)
def resolve_blocker(intent: Intent, _: JsonObject, blocker_id: UUID) -> CommandResult:
    """Resolve a blocker as of today; also in closed goals and sealed cycles."""
    row = fetch_current_row(stores(), BlockerRow, blocker_id)
    return stores().okrs.resolve_blocker(intent, UUID(row.key_result_id), blocker_id)


@blueprint.get("/v1/blockers")
@read(schemas.BlockerList, response=page_schema(schemas.Blocker))
def list_blockers(context: QueryContext) -> JsonObject:
    """List blockers, oldest first."""
    limit, after, conditions = context.query["limit"], context.query["after"], _conditions(context)
    page = {"after": after, "limit": limit + 1, "chosen": conditions}
    rows = lookups.fetch_page(context.connection, BlockerRow, context.position, **page, cursor=table.c.number)
    return page_response(resource_json.serialize_blockers(context, rows), [row.number for row in rows], limit)


@blueprint.get("/v1/blockers/<uuid:blocker_id>")
@read(queries.AsOf, response=schemas.Blocker, versioned=True)
def read_blocker(context: QueryContext, blocker_id: UUID) -> JsonObject:
    """Read a blocker."""
    return resource_json.blocker(context, blocker_id)


def _conditions(context: QueryContext) -> list[ColumnElement[bool]]:
    columns = {"owner": table.c.owner, "key_result": table.c.key_result_id, "state": table.c.state}
    conditions = column_conditions(context.query, columns)
    if parts := requested_key_results(context):
        ids = select(key_results.c.id).where(valid_at(key_results, context.position), *parts)
        conditions.append(table.c.key_result_id.in_(ids))
    return conditions
