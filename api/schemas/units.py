"""Units: requests and responses."""

from marshmallow import Schema, fields
from marshmallow.validate import Length

from api.schemas.fields import ChangeSchema, CommandSchema, Day, OneLine, choice, text
from api.schemas.queries import AsOf, Paged
from api.schemas.response_parts import Recorded
from okr_events.domain.values import Level

ZONE_FROM = "The first day in the new time zone, not begun in either zone. Earlier days keep theirs."
OWN_CADENCE = "The parts that it sets itself; it inherits the others."


class UnitCreation(CommandSchema):
    name = OneLine(required=True)
    level = choice(Level, required=True)
    parent_id = fields.UUID()
    vision = text()
    mission = text()
    time_zone = fields.String(validate=Length(1, 64))


class UnitChange(ChangeSchema):
    name = OneLine()
    vision = text(allow_none=True)
    mission = text(allow_none=True)
    time_zone = fields.String(validate=Length(1, 64))
    time_zone_from = Day(metadata={"description": ZONE_FROM})


class UnitMove(CommandSchema):
    parent_id = fields.UUID(required=True)


class UnitList(AsOf, Paged):
    unit = fields.UUID(metadata={"description": "The id of a unit: itself and all units below it."})


class Cadence(Schema):
    every = fields.String(metadata={"description": "`weekly`, `biweekly` or `monthly`."})
    weekday = fields.String()
    grace_days = fields.Integer()


class Unit(Recorded):
    name = fields.String()
    level = fields.String()
    parent_id = fields.UUID(allow_none=True)
    vision = fields.String(allow_none=True)
    mission = fields.String(allow_none=True)
    time_zone = fields.String(allow_none=True, metadata={"description": "Of the company, as stated last."})
    time_zone_from = fields.Date(allow_none=True, metadata={"description": "Its first day; null for the company's first zone."})
    cadence = fields.Nested(Cadence, allow_none=True, metadata={"description": OWN_CADENCE})
