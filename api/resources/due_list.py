"""The due list over HTTP."""

from typing import Any

from flask_smorest import Blueprint

from api.http.query_endpoint import QueryContext, page_response, read
from api.resources.adherence import requested_cycles
from api.schemas import due_days as schemas
from api.schemas.response_parts import page_schema
from projections.queries import due_list
from projections.store import lookups
from projections.store.tables import key_results, objectives

blueprint = Blueprint("due", __name__, description="When key results ask for a check-in.")


@blueprint.get("/v1/check-ins/due")
@read(schemas.DueList, shows=page_schema(schemas.DueDay))
def list_due_days(reading: QueryContext) -> dict[str, Any]:
    """List what is due: first what is overdue, then each key result's next due day; what is closed asks for nothing."""
    query, connection, chosen = reading.query, reading.connection, []
    if "owner" in query:
        chosen.append(key_results.c.owner == str(query["owner"]))
    if "unit" in query:
        chosen.append(objectives.c.unit_id.in_(lookups.fetch_unit_subtree(connection, query["unit"], reading.position)))
    found = due_list.find_due_items(connection, reading.moment, requested_cycles(reading), *chosen)
    after, limit = query["after"], query["limit"]
    page = due_list.serialize(connection, reading.moment, found[after : after + limit + 1])
    return page_response(page, [after + n for n in range(1, len(page) + 1)], limit)
