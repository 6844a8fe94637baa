"""Sections of reports: plan changes, progress, key results not on track and unconfirmed dependencies."""

from marshmallow import Schema, fields

from api.schemas.fields import Number
from api.schemas.goals import Health
from api.schemas.report_sections.scores import Unscored


class LogPosition(Schema):
    position = fields.Integer()
    at = fields.DateTime()


class ReportWindow(Schema):
    start = fields.Nested(LogPosition)
    end = fields.Nested(LogPosition)


class ChangeKindCount(Schema):
    kind = fields.String()
    count = fields.Integer()


class PlanChange(Schema):
    position = fields.Integer()
    recorded_at = fields.DateTime()
    kind = fields.String()
    direction = fields.String(allow_none=True)
    subject = fields.Dict()
    fields_ = fields.Dict(data_key="fields", metadata={"description": "Each field with `before` and `after`."})
    sentence = fields.String()
    actor = fields.UUID()
    reason = fields.String(allow_none=True)


class PlanChangesSection(Schema):
    count = fields.Integer()
    kinds = fields.List(fields.Nested(ChangeKindCount))
    items = fields.List(fields.Nested(PlanChange), metadata={"description": "The newest changes in the order of the log."})
    more = fields.Integer(metadata={"description": "The number of older changes that are omitted; `/v1/changes` has them."})


class GoalProgressChange(Schema):
    objective_id = fields.UUID()
    title = fields.String()
    owner = fields.UUID(allow_none=True)
    before = Number(allow_none=True)
    after = Number(allow_none=True)
    health_before = fields.String(allow_none=True)
    health = fields.String(allow_none=True)


class ObjectiveProgressChange(GoalProgressChange):
    unit_id = fields.UUID()


class KeyResultProgressChange(GoalProgressChange):
    key_result_id = fields.UUID()
    confidence_before = Number(allow_none=True)
    confidence = Number(allow_none=True)


class ProgressSection(Schema):
    before = Number(allow_none=True, metadata={"description": "The unweighted mean; no progress counts as 0."})
    after = Number(allow_none=True)
    objectives = fields.List(fields.Nested(ObjectiveProgressChange))
    key_results = fields.List(fields.Nested(KeyResultProgressChange))


class NotOnTrack(Unscored, Health):
    progress = Number(allow_none=True)
    confidence = Number(allow_none=True)


class Unconfirmed(Schema):
    alignment_id = fields.UUID()
    child_id = fields.UUID()
    child = fields.String()
    parent_id = fields.UUID()
    parent = fields.String()
    capacity = Number(allow_none=True, metadata={"description": "In person-days."})
