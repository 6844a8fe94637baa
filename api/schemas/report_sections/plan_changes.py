"""What moved between two moments, and what wants attention, as reports tell it."""

from marshmallow import Schema, fields

from api.schemas.fields import Number
from api.schemas.report_sections.scores import Unscored


class Place(Schema):
    position = fields.Integer()
    at = fields.DateTime()


class Span(Schema):
    start = fields.Nested(Place)
    end = fields.Nested(Place)


class Kinds(Schema):
    kind = fields.String()
    count = fields.Integer()


class Moved(Schema):
    position = fields.Integer()
    recorded_at = fields.DateTime()
    kind = fields.String()
    direction = fields.String(allow_none=True)
    subject = fields.Dict()
    fields_ = fields.Dict(data_key="fields", metadata={"description": "Each with `before` and `after`."})
    sentence = fields.String()
    actor = fields.UUID()
    reason = fields.String(allow_none=True)


class AllMoved(Schema):
    count = fields.Integer()
    kinds = fields.List(fields.Nested(Kinds))
    items = fields.List(fields.Nested(Moved), metadata={"description": "The newest, in order."})
    more = fields.Integer(metadata={"description": "How many older ones are left out: `/v1/changes` has them."})


class TurnedObjective(Schema):
    objective_id = fields.UUID()
    title = fields.String()
    unit_id = fields.UUID()
    owner = fields.UUID(allow_none=True)
    before = Number(allow_none=True)
    after = Number(allow_none=True)
    health_before = fields.String(allow_none=True)
    health = fields.String(allow_none=True)


class TurnedKeyResult(Unscored):
    objective_id = fields.UUID()
    before = Number(allow_none=True)
    after = Number(allow_none=True)
    health_before = fields.String(allow_none=True)
    health = fields.String(allow_none=True)
    confidence_before = Number(allow_none=True)
    confidence = Number(allow_none=True)


class TurnedProgress(Schema):
    before = Number(allow_none=True, metadata={"description": "The plain mean of all objectives'; none counts as 0."})
    after = Number(allow_none=True)
    objectives = fields.List(fields.Nested(TurnedObjective))
    key_results = fields.List(fields.Nested(TurnedKeyResult))


class AtRisk(Unscored):
    progress = Number(allow_none=True)
    confidence = Number(allow_none=True)
    reported = fields.String(allow_none=True)
    computed = fields.String()
    effective = fields.String()
    mismatch = fields.Boolean()


class Unconfirmed(Schema):
    alignment_id = fields.UUID()
    child_id = fields.UUID()
    child = fields.String()
    parent_id = fields.UUID()
    parent = fields.String()
    capacity = Number(allow_none=True, metadata={"description": "Person-days."})
