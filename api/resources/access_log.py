"""The access log: who read many facts at once."""

from flask_smorest import Blueprint

from api.http.context import stores
from api.http.query_endpoint import page_response
from api.http.register_endpoint import register_query
from api.schemas import access_log as schemas
from api.schemas import queries
from api.schemas.response_parts import page_schema
from okr_events.json_types import JsonObject

blueprint = Blueprint("access-log", __name__, description="Who read many facts at once.")


@blueprint.get("/v1/access-log")
@register_query(queries.Paged, response=page_schema(schemas.Access))
def list_accesses(query: JsonObject) -> JsonObject:
    """List feeds, exports, replays and backups with who read them, oldest first."""
    register = stores().register
    entries = register.access_log.page(after=query["after"], limit=query["limit"] + 1)
    names = register.people.names_by_id({entry.person_id for entry in entries if entry.person_id})
    items = [{**entry.as_dict(), "person_name": names.get(entry.person_id) if entry.person_id else None} for entry in entries]
    return page_response(items, [entry.number for entry in entries], query["limit"])
