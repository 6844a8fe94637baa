"""The access log over HTTP: who was handed many facts at once."""

from typing import Any

from flask import Response, request
from flask_smorest import Blueprint

from api.http import responses
from api.http.authentication import ADMINS, require_role
from api.http.context import stores
from api.http.operation_docs import document_operation
from api.http.query_endpoint import next_page_headers, page_response
from api.schemas import access_log as schemas
from api.schemas import queries
from api.schemas.response_parts import page_schema
from okr_events.register.access_log import AccessEntry

blueprint = Blueprint("access-log", __name__, description="Who was handed many facts at once.")


def _list_accesses() -> Response:
    """List who was handed many facts at once: feeds, exports, replays, backups; the newest last."""
    query: dict[str, Any] = queries.Paged().load(request.args)
    found = stores().register.access_log.page(after=query["after"], limit=query["limit"] + 1)
    body = page_response(_serialize_accesses(found), [access.number for access in found], query["limit"])
    return responses.json_response(body, 200, position=None, **next_page_headers(body))


def _serialize_accesses(found: list[AccessEntry]) -> list[dict[str, Any]]:
    """The entries with the names that people have today; null for nobody known."""
    names = stores().register.people.names_by_id({access.person_id for access in found if access.person_id})
    return [{**access.as_dict(), "person_name": names.get(access.person_id) if access.person_id else None} for access in found]


blueprint.get("/v1/access-log")(
    document_operation(require_role(ADMINS)(_list_accesses), query=queries.Paged, shows=page_schema(schemas.Access))
)
