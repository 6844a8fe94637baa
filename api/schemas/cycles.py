"""Cycles and their sealed reports: requests and responses."""

from marshmallow import Schema, fields

from api.schemas.fields import ChangeSchema, CommandSchema, OneLine, one_of
from api.schemas.queries import AsOf, Paged
from api.schemas.response_parts import Recorded

CYCLE_STATES = ("draft", "active", "closed")
DIGEST = "SHA-256 of the canonical JSON of the report; null until it is recorded, right after the closing."
RULES = "The version of the rules and formulae behind the report's numbers. From 2 on it is made from the log alone."
REPORT = (
    "The objectives, links, scores and policy of the cycle at its closing; since format 2 cadences, since 3 `time_zone_from`."
)


class CycleCreation(CommandSchema):
    name = OneLine(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    parent_id = fields.UUID()
    policy = fields.Dict(keys=fields.String())


class PolicyChange(ChangeSchema):
    policy = fields.Dict(keys=fields.String(), required=True)


class CycleList(AsOf, Paged):
    state = one_of(*CYCLE_STATES)


class Seal(Schema):
    position = fields.Integer(metadata={"description": "The position of the closing, which fixes the numbers of the cycle."})
    recorded_at = fields.DateTime()
    format = fields.Integer(allow_none=True, metadata={"description": "The version of the report's members."})
    rules = fields.Integer(allow_none=True, metadata={"description": RULES})
    digest = fields.String(allow_none=True, metadata={"description": DIGEST})


class SealedReport(Seal):
    cycle_id = fields.UUID()
    report = fields.Dict(metadata={"description": REPORT})


class Cycle(Recorded):
    name = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date()
    parent_id = fields.UUID(allow_none=True)
    state = fields.String()
    policy = fields.Dict()
    seal = fields.Nested(Seal, allow_none=True)
