"""The query, the progress and the health that objectives and key results share."""

from marshmallow import Schema, fields

from api.schemas.fields import Number, one_of
from api.schemas.queries import Measured, Paged, Scoped


class GoalList(Scoped, Measured, Paged):
    owner = fields.UUID()
    health = one_of("off_track", "outdated", "at_risk", "pending", "on_track", "closed")


class Progress(Schema):
    value = Number(metadata={"description": "Clamped to [0, 1]."})
    raw = Number(metadata={"description": "Not clamped."})
    flags = fields.List(fields.String())
    drivers = fields.Integer(metadata={"description": "The number of goals in a roll-up."})
    not_started = fields.Integer(metadata={"description": "The number of them that have no value yet and count as 0."})


class Health(Schema):
    reported = fields.String(allow_none=True)
    computed = fields.String()
    effective = fields.String()
    mismatch = fields.Boolean()
