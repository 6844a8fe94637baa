"""Blockers: requests and responses."""

from marshmallow import Schema, fields, post_load

from api.schemas.fields import choice, text
from api.schemas.queries import AsOf, Paged, Scoped, any_of
from api.schemas.response_parts import Recorded
from okr_events.domain.values import BlockerKind
from okr_events.json_types import JsonObject


class OpenedBlocker(Schema):
    kind = choice(BlockerKind, required=True)
    text = text(required=True)
    owner = fields.UUID(allow_none=True)

    @post_load
    def to_plain(self, data: JsonObject, **_: object) -> JsonObject:
        return {"owner": None, **data, "kind": data["kind"].value}


class BlockerList(Scoped, AsOf, Paged):
    owner = fields.UUID(metadata={"description": "Who should resolve the blocker."})
    key_result = fields.UUID()
    state = any_of("open", "resolved", "withdrawn")


class CheckInBlocker(Schema):
    """A blocker in the response of its check-in."""

    id = fields.UUID()
    kind = fields.String()
    text = fields.String()
    owner = fields.UUID(allow_none=True)
    state = fields.String(metadata={"description": "`open`, `resolved`, or `withdrawn` by a change of the check-in."})


class Blocker(CheckInBlocker, Recorded):
    key_result_id = fields.UUID()
    check_in_id = fields.UUID()
    author = fields.UUID()
    author_name = fields.String(allow_none=True)
    opened_at = fields.DateTime(metadata={"description": "When the check-in was recorded."})
    resolved_on = fields.Date(allow_none=True)
    resolved_by = fields.UUID(allow_none=True)
    age_days = fields.Integer(
        allow_none=True, metadata={"description": "Days from opening to resolution or the moment; null when withdrawn."}
    )
