"""The roadmap of strategic priorities."""

from marshmallow import Schema, fields

from api.schemas.alignments import Alignment
from api.schemas.fields import Number
from api.schemas.goals import Health, Progress
from api.schemas.priorities import Priority
from api.schemas.response_parts import Moment, OwnedObjective


class ServingObjective(OwnedObjective):
    focus = fields.String()
    state = fields.String()
    progress = fields.Nested(Progress, allow_none=True)
    health = fields.Nested(Health)
    score = Number(allow_none=True)
    dependencies = fields.List(fields.Nested(Alignment), metadata={"description": "Live dependencies from it or on it."})
    overlaps = fields.Integer(metadata={"description": "Other units' objectives that serve the priority at that time."})


class ServedCycle(Schema):
    cycle_id = fields.UUID()
    name = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date()
    objectives = fields.List(fields.Nested(ServingObjective))


class ServedPriority(Priority):
    cycles = fields.List(fields.Nested(ServedCycle))


class CapacityTotals(Schema):
    """In person-days."""

    unit_id = fields.UUID()
    cycle_id = fields.UUID()
    asked = Number()
    confirmed = Number()


class Roadmap(Moment):
    vision = fields.String(allow_none=True)
    mission = fields.String(allow_none=True)
    priorities = fields.List(fields.Nested(ServedPriority))
    capacity = fields.List(fields.Nested(CapacityTotals))
