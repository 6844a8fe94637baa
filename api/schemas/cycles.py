"""Cycles and their sealed reports: requests and responses."""

import re

from marshmallow import Schema, fields

from api.schemas.fields import ChangeSchema, CommandSchema, Day, OneLine
from api.schemas.queries import AsOf, Paged, any_of
from api.schemas.response_parts import Recorded
from okr_events.domain.decimals import DECIMAL_PATTERN
from okr_events.domain.policy import DEFAULT_POLICY
from okr_events.json_types import Json, JsonObject

CYCLE_STATES = ("draft", "active", "closed")
DIGEST = "SHA-256 of the canonical JSON of the report; null until it is recorded, right after the closing."
RULES = "The version of the rules and formulae behind the report's numbers. From 2 on it is made from the log alone."
REPORT = (
    "The objectives, links, scores and policy of the cycle at its closing; since format 2 cadences, since 3 `time_zone_from`."
)


def _describe_policy(part: Json) -> JsonObject:
    """The JSON schema of a policy or of a part of it, after the default one: decimals, whole numbers and words."""
    match part:
        case dict():
            return {"type": "object", "properties": {name: _describe_policy(inner) for name, inner in part.items()}}
        case int():
            return {"type": "integer"}
        case str() if re.fullmatch(DECIMAL_PATTERN, part):
            return {"type": ["string", "number"], "format": "decimal", "pattern": f"^{DECIMAL_PATTERN}$"}
    return {"type": "string"}


def _policy(*, required: bool = False) -> fields.Dict:
    return fields.Dict(keys=fields.String(), required=required, metadata=_describe_policy(DEFAULT_POLICY))


class CycleCreation(CommandSchema):
    name = OneLine(required=True)
    starts_on = Day(required=True)
    ends_on = Day(required=True)
    parent_id = fields.UUID()
    policy = _policy()


class PolicyChange(ChangeSchema):
    policy = _policy(required=True)


class CycleList(AsOf, Paged):
    state = any_of(*CYCLE_STATES)


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
