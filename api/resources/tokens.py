"""Bearer tokens: issued and revoked by admins."""

from datetime import UTC, datetime
from uuid import UUID

from flask import request
from flask_smorest import Blueprint
from sqlalchemy import Connection

from api.http.command_endpoint import expected_version
from api.http.context import stores
from api.http.query_endpoint import page_response
from api.http.register_endpoint import BodyAndSecrets, register_command, register_query
from api.schemas import commands, queries
from api.schemas import tokens as schemas
from api.schemas.response_parts import page_schema
from okr_events.domain.errors import Invalid, UnknownId
from okr_events.json_types import JsonObject


class AlreadyExpired(Invalid):
    code = "already-expired"
    title = "expires_at must be in the future."


blueprint = Blueprint("tokens", __name__, description="Tokens with which people and systems call the API.")
LOCATION = "/v1/tokens/{id}"


def _fetch_token(id: UUID) -> JsonObject:
    with stores().register.connect() as connection:
        return stores().register.tokens.get(connection, id).as_dict()


@blueprint.post("/v1/tokens")
@register_command(schemas.TokenIssue, response=schemas.IssuedToken, location=LOCATION, fetch=_fetch_token, status=201)
def issue_token(connection: Connection, fields: JsonObject) -> BodyAndSecrets:
    """Issue a token for a person. Only this response has the secret."""
    if not stores().register.people.exists(fields["person_id"]):
        raise UnknownId("/person_id", f"No person has the id {fields['person_id']}.")
    if (expiry := fields.get("expires_at")) and expiry <= datetime.now(UTC):
        raise AlreadyExpired("/expires_at")
    token, secret = stores().register.tokens.issue(connection, **fields)
    return token.as_dict(), {"token": secret}


@blueprint.get("/v1/tokens")
@register_query(queries.Paged, response=page_schema(schemas.Token))
def list_tokens(query: JsonObject) -> JsonObject:
    """List tokens, with revoked ones. Secrets are not shown."""
    tokens = stores().register.tokens.page(after=query["after"], limit=query["limit"] + 1)
    cursors = [query["after"] + n for n in range(1, len(tokens) + 1)]
    return page_response([token.as_dict() for token in tokens], cursors, query["limit"])


@blueprint.get("/v1/tokens/<uuid:token_id>")
@register_query(queries.NoQuery, response=schemas.Token)
def read_token(_: JsonObject, token_id: UUID) -> JsonObject:
    """Read a token, without its secret."""
    return _fetch_token(token_id)


@blueprint.post("/v1/tokens/<uuid:token_id>/revocation")
@register_command(commands.NoFields, response=schemas.Token, location=LOCATION, fetch=_fetch_token)
def revoke_token(connection: Connection, _: JsonObject, token_id: UUID) -> BodyAndSecrets:
    """Revoke a token."""
    return stores().register.tokens.revoke(connection, token_id, expected=expected_version(request)).as_dict(), {}
