"""Sections of reports: blockers, check-in entries, wins, celebrations, reviews and decisions."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from api.schemas.fields import Number, stated_deadline
from api.schemas.report_sections.scores import KeyResultReference


class ReportBlocker(KeyResultReference):
    blocker_id = fields.UUID()
    kind = fields.String()
    text = fields.String()
    owner = fields.UUID(allow_none=True)
    author = fields.UUID()
    state = fields.String(validate=OneOf(("open", "resolved")))
    opened_at = fields.DateTime()
    resolved_on = fields.Date(allow_none=True)
    age_days = fields.Integer()
    position = fields.Integer()


class BlockersSection(Schema):
    open = fields.Integer()
    resolved = fields.Integer()
    mean_age_of_open = Number(allow_none=True, metadata={"description": "In days."})
    mean_age_of_resolved = Number(allow_none=True, metadata={"description": "In days."})
    items = fields.List(fields.Nested(ReportBlocker))
    more = fields.Integer()


class EntryItem(KeyResultReference):
    check_in_id = fields.UUID()
    measured_on = fields.Date()
    recorded_at = fields.DateTime()
    position = fields.Integer()
    author = fields.UUID()


class EntryGroup(Schema):
    count = fields.Integer()
    items = fields.List(fields.Nested(EntryItem), metadata={"description": "The newest entries."})
    more = fields.Integer()


class EntriesSection(Schema):
    check_ins = fields.Integer()
    after_end = fields.Nested(EntryGroup, metadata={"description": "Recorded after the last day of the cycle."})
    corrected = fields.Nested(EntryGroup)
    retracted = fields.Nested(EntryGroup)


class Win(KeyResultReference):
    measured_on = fields.Date()
    author = fields.UUID()
    text = fields.String()


class Wins(Schema):
    check_ins = fields.Integer(metadata={"description": "The number of check-ins with wins."})
    items = fields.List(fields.Nested(Win))
    more = fields.Integer()


class ReportComment(Schema):
    comment_id = fields.UUID()
    subject_id = fields.UUID()
    title = fields.String()
    author = fields.UUID()
    recorded_at = fields.DateTime()
    text = fields.String()


class Milestone(KeyResultReference):
    check_in_id = fields.UUID()
    recorded_at = fields.DateTime()
    share = Number()
    progress = Number()
    author = fields.UUID()


class OmittedCelebrations(Schema):
    milestones = fields.Integer()
    wins = fields.Integer()
    remarks = fields.Integer()


class CelebrationsSection(Schema):
    milestones = fields.List(fields.Nested(Milestone))
    wins = fields.List(fields.Nested(Win))
    remarks = fields.List(fields.Nested(ReportComment))
    more = fields.Nested(OmittedCelebrations)


class ReportReview(Schema):
    review_id = fields.UUID()
    unit_id = fields.UUID()
    kind = fields.String()
    held_on = fields.Date()
    participants = fields.List(fields.UUID())
    adjustments = fields.List(fields.Integer())
    author = fields.UUID()


class ReviewText(Schema):
    review_id = fields.UUID()
    unit_id = fields.UUID()
    text = fields.String()


class ReportDecision(ReviewText):
    decision_id = fields.UUID()
    owner = fields.UUID(allow_none=True)
    due_on = stated_deadline(allow_none=True)
    done_on = fields.Date(allow_none=True)
    state = fields.String(validate=OneOf(("open", "overdue", "done")))
