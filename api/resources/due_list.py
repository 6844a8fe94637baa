"""The due list."""

from collections.abc import Sequence

from flask_smorest import Blueprint

from api.http.query_endpoint import QueryContext, page_response, read
from api.representations.decryption import fetch_person_names
from api.representations.query_scope import requested_cycle_rules, requested_unit_ids
from api.schemas import due_days as schemas
from api.schemas.response_parts import page_schema
from okr_events.json_types import JsonObject
from projections.queries import due_list
from projections.queries.check_in_forms import fetch_forms
from projections.queries.due_list import DueItem
from projections.store.tables import key_results, objectives

blueprint = Blueprint("due", __name__, description="When check-ins are due.")


@blueprint.get("/v1/check-ins/due")
@read(schemas.DueList, response=page_schema(schemas.DueCheckIn))
def list_due_days(context: QueryContext) -> JsonObject:
    """List the open key results with a check-in due, overdue ones first, and what is needed to fill the check-in in."""
    query, unit_ids, conditions = context.query, requested_unit_ids(context), []
    if "owner" in query:
        conditions.append(key_results.c.owner == str(query["owner"]))
    if unit_ids is not None:
        conditions.append(objectives.c.unit_id.in_(unit_ids))
    items = due_list.find_due_items(context.connection, context.moment, requested_cycle_rules(context), *conditions)
    after, limit = query["after"], query["limit"]
    page = [item for item in items if item.sort_key > after][: limit + 1]
    return page_response(_serialize_items(context, page), [item.sort_key for item in page], limit)


def _serialize_items(context: QueryContext, items: Sequence[DueItem]) -> list[JsonObject]:
    """The items with the forms of their check-ins and the names of their owners."""
    serialized = due_list.serialize(context.connection, context.moment, items)
    forms = fetch_forms(context.connection, context.position, [item["key_result_id"] for item in serialized])
    names = fetch_person_names(context.stores.register.people, {item["owner"] for item in serialized if item["owner"]})
    named = [{**item, **forms[item["key_result_id"]]} for item in serialized]
    return [{**item, "owner_name": names.get(item["owner"], item["owner_name"])} for item in named]
