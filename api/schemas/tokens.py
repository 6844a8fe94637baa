"""Tokens: requests and responses."""

from marshmallow import fields

from api.schemas.fields import CommandSchema, Instant, choice
from api.schemas.response_parts import Recorded
from okr_events.register.tokens import Role


class TokenIssue(CommandSchema):
    person_id = fields.UUID(required=True)
    role = choice(Role, required=True)
    expires_at = Instant()


class Token(Recorded):
    person_id = fields.UUID()
    role = fields.String()
    created_at = fields.DateTime()
    expires_at = fields.DateTime(allow_none=True)
    revoked_at = fields.DateTime(allow_none=True)


class IssuedToken(Token):
    token = fields.String(metadata={"description": "The secret; only the first response has it."})
