"""Bearer tokens: issued and revoked by admins, shown once."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy import Connection

from api.commanding import if_match
from api.current import stores
from api.registering import Told, register_command
from api.schemas import bodies
from api.schemas import shapes as schemas
from okr_events.errors import Unknown

blueprint = Blueprint("tokens", __name__, description="Who may speak for whom.")


def _shown(id: UUID) -> dict[str, Any]:
    with stores().register.engine.connect() as connection:
        return stores().register.tokens.one(connection, id).as_dict()


@blueprint.post("/v1/tokens")
@register_command(bodies.TokenIssue, shows=schemas.IssuedToken, location="/v1/tokens/{id}", show=_shown, status=201)
def issue_token(connection: Connection, fields: dict[str, Any]) -> Told:
    """Issue a token for a person; the answer shows it once."""
    if not stores().register.people.exists(fields["person_id"]):
        raise Unknown("/person_id", "There is no person with this id.")
    token, secret = stores().register.tokens.issue(connection, **fields)
    return token.as_dict(), {"token": secret}


@blueprint.post("/v1/tokens/<uuid:token_id>/revocation")
@register_command(bodies.NoFields, shows=schemas.Token, location="/v1/tokens/{id}", show=_shown)
def revoke_token(connection: Connection, _: dict[str, Any], token_id: UUID) -> Told:
    """Revoke a token."""
    return stores().register.tokens.revoke(connection, token_id, expected=if_match()).as_dict(), {}
