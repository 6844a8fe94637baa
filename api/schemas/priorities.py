"""Strategic priorities: requests and responses."""

from datetime import date

from marshmallow import Schema, fields, post_load

from api.schemas.fields import ChangeSchema, CommandSchema, Day, OneLine, choice, text
from api.schemas.queries import AsOf, Paged, any_of
from api.schemas.response_parts import Recorded
from okr_events.domain.values import Perspective
from okr_events.json_types import JsonObject


class HorizonBody(Schema):
    starts_on = Day(required=True)
    ends_on = Day(required=True)

    @post_load
    def to_days(self, data: JsonObject, **_: object) -> tuple[date, date]:
        return data["starts_on"], data["ends_on"]


class PriorityCreation(CommandSchema):
    title = OneLine(required=True)
    description = text()
    perspective = choice(Perspective, required=True)
    horizon = fields.Nested(HorizonBody, required=True)
    owner = fields.UUID()


class PriorityChange(ChangeSchema):
    title = OneLine()
    description = text(allow_none=True)
    perspective = choice(Perspective)
    horizon = fields.Nested(HorizonBody)
    owner = fields.UUID(allow_none=True)


class PriorityList(AsOf, Paged):
    owner = fields.UUID()
    state = any_of("active", "retired")


class Horizon(Schema):
    starts_on = fields.Date()
    ends_on = fields.Date()


class Priority(Recorded):
    title = fields.String()
    description = fields.String(allow_none=True)
    perspective = fields.String()
    horizon = fields.Nested(Horizon)
    owner = fields.UUID(allow_none=True)
    state = fields.String()
