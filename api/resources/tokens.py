"""Bearer tokens: issued and revoked by admins, shown once."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response, request
from flask_smorest import Blueprint
from sqlalchemy import Connection

from api.http import responses
from api.http.authentication import ADMINS, allowed
from api.http.command_endpoint import if_match
from api.http.context import stores
from api.http.operation_docs import documented
from api.http.query_endpoint import link_to_next, listed
from api.http.register_endpoint import Told, register_command
from api.schemas import commands, queries
from api.schemas import response_bodies as schemas
from okr_events.domain.errors import Invalid, Unknown


class AlreadyExpired(Invalid):
    code = "already-expired"
    title = "A token ends in the future."


blueprint = Blueprint("tokens", __name__, description="Who may speak for whom.")


def _shown(id: UUID) -> dict[str, Any]:
    with stores().register.engine.connect() as connection:
        return stores().register.tokens.one(connection, id).as_dict()


@blueprint.post("/v1/tokens")
@register_command(commands.TokenIssue, shows=schemas.IssuedToken, location="/v1/tokens/{id}", show=_shown, status=201)
def issue_token(connection: Connection, fields: dict[str, Any]) -> Told:
    """Issue a token for a person; the answer shows it once."""
    if not stores().register.people.exists(fields["person_id"]):
        raise Unknown("/person_id", "There is no person with this id.")
    if (expiry := fields.get("expires_at")) and expiry <= datetime.now(UTC):
        raise AlreadyExpired("/expires_at")
    token, secret = stores().register.tokens.issue(connection, **fields)
    return token.as_dict(), {"token": secret}


def _list_tokens() -> Response:
    """List tokens, revoked ones too; never their secrets."""
    query: dict[str, Any] = queries.Paged().load(request.args)
    tokens = stores().register.tokens.page(after=query["after"], limit=query["limit"] + 1)
    body = listed([t.as_dict() for t in tokens], [query["after"] + n for n in range(1, len(tokens) + 1)], query["limit"])
    return responses.answer(body, 200, position=None, **link_to_next(body))


def _one_token(token_id: UUID) -> Response:
    """Read a token; never its secret."""
    queries.NoQuery().load(request.args)
    token, position = _shown(token_id), stores().log.head().position
    tag = responses.etag(token["version"], None, stores().register.people.revision())
    if responses.unchanged(tag):
        return responses.not_modified(tag, position)
    return responses.answer(token, 200, tag=tag, position=position)


blueprint.get("/v1/tokens")(
    documented(allowed(ADMINS)(_list_tokens), query=queries.Paged, shows=schemas.listing(schemas.Token))
)
blueprint.get("/v1/tokens/<uuid:token_id>")(documented(allowed(ADMINS)(_one_token), query=queries.NoQuery, shows=schemas.Token))


@blueprint.post("/v1/tokens/<uuid:token_id>/revocation")
@register_command(commands.NoFields, shows=schemas.Token, location="/v1/tokens/{id}", show=_shown)
def revoke_token(connection: Connection, _: dict[str, Any], token_id: UUID) -> Told:
    """Revoke a token."""
    return stores().register.tokens.revoke(connection, token_id, expected=if_match()).as_dict(), {}
