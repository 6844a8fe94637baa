"""Blockers: what stands in the way of key results, and that it does so no longer."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy import ColumnElement, select

from api.http.authentication import WRITERS, caller_id, require_key_result_owner
from api.http.command_endpoint import ResponseSpec, command
from api.http.context import stores
from api.http.query_endpoint import QueryContext, fetch_current_row, page_response, read
from api.representations import resources
from api.representations.goal_lists import objectives_below
from api.schemas import blockers as schemas
from api.schemas import commands, queries
from api.schemas.response_parts import page_schema
from okr_events.commands.intent import Intent
from okr_events.event_log.idempotency import CommandResult
from projections.store import lookups
from projections.store.tables import BlockerRow, key_results, valid_at
from projections.store.tables import blockers as table

blueprint = Blueprint("blockers", __name__, description="What stands in the way of key results: told in check-ins.")
RESPONSE = ResponseSpec.for_id(resources.blocker, "/v1/blockers/{id}", schemas.Blocker)


def _require_blocker_owner(blocker_id: UUID, **_: Any) -> None:
    """A member resolves what they own or told of, and what stands in the way of key results and objectives of their own."""
    row = fetch_current_row(BlockerRow, blocker_id)
    if str(caller_id()) not in {row.owner, row.author}:
        require_key_result_owner(UUID(row.key_result_id))


@blueprint.post("/v1/blockers/<uuid:blocker_id>/resolution")
@command(commands.NoFields, roles=WRITERS, shows=RESPONSE, owned=_require_blocker_owner)
def resolve_blocker(intent: Intent, _: dict[str, Any], blocker_id: UUID) -> CommandResult:
    """Say that something stands in the way no longer, today; also of what is closed or sealed."""
    return stores().okrs.resolve_blocker(intent, UUID(fetch_current_row(BlockerRow, blocker_id).key_result_id), blocker_id)


@blueprint.get("/v1/blockers")
@read(schemas.BlockerList, shows=page_schema(schemas.Blocker))
def list_blockers(reading: QueryContext) -> dict[str, Any]:
    """List blockers, in the order in which they were told."""
    limit, after = reading.query["limit"], reading.query["after"]
    page = {"after": after, "limit": limit + 1, "chosen": _conditions(reading)}
    rows = lookups.fetch_page(reading.connection, BlockerRow, reading.position, **page, cursor=table.c.number)
    return page_response(resources.serialize_blockers(reading.moment, rows), [row.number for row in rows], limit)


@blueprint.get("/v1/blockers/<uuid:blocker_id>")
@read(queries.AsOf, shows=schemas.Blocker, versioned=True)
def read_blocker(reading: QueryContext, blocker_id: UUID) -> dict[str, Any]:
    """Read a blocker, and whether it stands in the way still."""
    return resources.blocker(reading.connection, reading.moment, blocker_id)


def _conditions(reading: QueryContext) -> list[ColumnElement[bool]]:
    query = reading.query
    named = {"owner": table.c.owner, "key_result": table.c.key_result_id, "state": table.c.state}
    chosen = [column == str(query[name]) for name, column in named.items() if name in query]
    where = []
    if "cycle" in query:
        where.append(key_results.c.cycle_id == lookups.find_cycle(reading.connection, query["cycle"], reading.position).id)
    if "unit" in query:
        where.append(key_results.c.objective_id.in_(objectives_below(reading, query["unit"])))
    if where:
        theirs = select(key_results.c.id).where(valid_at(key_results, reading.position), *where)
        chosen.append(table.c.key_result_id.in_(theirs))
    return chosen
