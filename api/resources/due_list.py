"""The due list."""

from flask_smorest import Blueprint

from api.http.query_endpoint import QueryContext, page_response, read
from api.representations.query_scope import requested_cycle_rules, requested_unit_ids
from api.schemas import due_days as schemas
from api.schemas.response_parts import page_schema
from okr_events.json_types import JsonObject
from projections.queries import due_list
from projections.store.tables import key_results, objectives

blueprint = Blueprint("due", __name__, description="When check-ins are due.")


@blueprint.get("/v1/check-ins/due")
@read(schemas.DueList, response=page_schema(schemas.DueDay))
def list_due_days(context: QueryContext) -> JsonObject:
    """List what is overdue, then the next due day of each open key result."""
    query, unit_ids, conditions = context.query, requested_unit_ids(context), []
    if "owner" in query:
        conditions.append(key_results.c.owner == str(query["owner"]))
    if unit_ids is not None:
        conditions.append(objectives.c.unit_id.in_(unit_ids))
    items = due_list.find_due_items(context.connection, context.moment, requested_cycle_rules(context), *conditions)
    after, limit = query["after"], query["limit"]
    page = due_list.serialize(context.connection, context.moment, items[after : after + limit + 1])
    return page_response(page, [after + n for n in range(1, len(page) + 1)], limit)
