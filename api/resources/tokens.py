"""Bearer tokens: issued and revoked by admins, shown once."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response, request
from flask_smorest import Blueprint
from sqlalchemy import Connection

from api.http import responses
from api.http.authentication import ADMINS, require_role
from api.http.command_endpoint import expected_version
from api.http.context import stores
from api.http.operation_docs import document_operation
from api.http.query_endpoint import next_page_headers, page_response
from api.http.register_endpoint import BodyAndSecrets, register_command
from api.schemas import commands, queries
from api.schemas import tokens as schemas
from api.schemas.response_parts import page_schema
from okr_events.domain.errors import Invalid, UnknownId


class AlreadyExpired(Invalid):
    code = "already-expired"
    title = "A token ends in the future."


blueprint = Blueprint("tokens", __name__, description="Who may speak for whom.")


def _fetch_token(id: UUID) -> dict[str, Any]:
    with stores().register.engine.connect() as connection:
        return stores().register.tokens.get(connection, id).as_dict()


@blueprint.post("/v1/tokens")
@register_command(schemas.TokenIssue, shows=schemas.IssuedToken, location="/v1/tokens/{id}", show=_fetch_token, status=201)
def issue_token(connection: Connection, fields: dict[str, Any]) -> BodyAndSecrets:
    """Issue a token for a person; the answer shows it once."""
    if not stores().register.people.exists(fields["person_id"]):
        raise UnknownId("/person_id", "There is no person with this id.")
    if (expiry := fields.get("expires_at")) and expiry <= datetime.now(UTC):
        raise AlreadyExpired("/expires_at")
    token, secret = stores().register.tokens.issue(connection, **fields)
    return token.as_dict(), {"token": secret}


def _list_tokens() -> Response:
    """List tokens, revoked ones too; never their secrets."""
    query: dict[str, Any] = queries.Paged().load(request.args)
    tokens = stores().register.tokens.page(after=query["after"], limit=query["limit"] + 1)
    body = page_response([t.as_dict() for t in tokens], [query["after"] + n for n in range(1, len(tokens) + 1)], query["limit"])
    return responses.json_response(body, 200, position=None, **next_page_headers(body))


def _read_token(token_id: UUID) -> Response:
    """Read a token; never its secret."""
    queries.NoQuery().load(request.args)
    token, position = _fetch_token(token_id), stores().log.head().position
    tag = responses.etag(token["version"], None, stores().register.people.refresh_revision())
    if responses.etag_matches(tag):
        return responses.not_modified_response(tag, position)
    return responses.json_response(token, 200, tag=tag, position=position)


blueprint.get("/v1/tokens")(
    document_operation(require_role(ADMINS)(_list_tokens), query=queries.Paged, shows=page_schema(schemas.Token))
)
blueprint.get("/v1/tokens/<uuid:token_id>")(
    document_operation(require_role(ADMINS)(_read_token), query=queries.NoQuery, shows=schemas.Token)
)


@blueprint.post("/v1/tokens/<uuid:token_id>/revocation")
@register_command(commands.NoFields, shows=schemas.Token, location="/v1/tokens/{id}", show=_fetch_token)
def revoke_token(connection: Connection, _: dict[str, Any], token_id: UUID) -> BodyAndSecrets:
    """Revoke a token."""
    return stores().register.tokens.revoke(connection, token_id, expected=expected_version()).as_dict(), {}
