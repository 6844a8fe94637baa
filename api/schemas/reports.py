"""What reports are asked, and the shape of their JSON."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf

from api.schemas.queries import Measured
from api.schemas.report_sections.adherence import Confidence, HealthTable, OverTime, Rhythm
from api.schemas.report_sections.alignment import Maps, TurnedFindings
from api.schemas.report_sections.entries import (
    AllEntries,
    Celebrated,
    Obstacle,
    Obstacles,
    Remark,
    ReportDecision,
    ReportReview,
    ReviewText,
    Wins,
)
from api.schemas.report_sections.plan_changes import AllMoved, AtRisk, Place, Span, TurnedProgress, Unconfirmed
from api.schemas.report_sections.scores import AllCounts, Carried, CommitmentScores, ScoreItem, Unscored
from api.schemas.response_bodies import DueDay, Seal

CYCLE = "A cycle's id or name. Default: of those that have begun the active one that began last."
SINCE = "What came after this moment, written like `as_of`; `position:N` of the last report leaves no gap. Default: a {} ago."


class ReportOf(Measured):
    cycle = fields.String(metadata={"description": CYCLE})
    unit = fields.UUID(metadata={"description": "A unit: itself and all below it. Default: everybody."})


class DigestOf(ReportOf):
    since = fields.String(validate=Length(1, 64), metadata={"description": SINCE.format("week or a month")})


class ReportCycle(Schema):
    id = fields.UUID()
    name = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date()
    state = fields.String(validate=OneOf(("draft", "active", "closed")))
    seal = fields.Nested(Seal, allow_none=True)


class ReportUnit(Schema):
    id = fields.UUID()
    name = fields.String()
    level = fields.String()


class Report(Schema):
    report = fields.String()
    format = fields.Integer()
    cycle = fields.Nested(ReportCycle)
    unit = fields.Nested(ReportUnit, allow_none=True)
    position = fields.Integer()
    evaluated_at = fields.DateTime()
    effective_on = fields.Date()
    ledger_root = fields.String(metadata={"description": "The Merkle root of the log at the position, in hexadecimal."})
    policy = fields.Dict()
    again = fields.String(metadata={"description": "Asks for this very report, at any later time."})
    names = fields.Dict(keys=fields.UUID(), values=fields.String())


class Retrospective(Report):
    span = fields.Nested(Span, metadata={"description": "Between which moments it looks."})
    counts = fields.Nested(AllCounts)
    commitments = fields.List(fields.Nested(CommitmentScores))
    scores = fields.List(fields.Nested(ScoreItem))
    unscored = fields.List(fields.Nested(Unscored))
    moved = fields.Nested(AllMoved)
    adherence = fields.Nested(Rhythm)
    confidence = fields.Nested(Confidence)
    health = fields.Nested(HealthTable)
    blockers = fields.Nested(Obstacles)
    entries = fields.Nested(AllEntries)
    wins = fields.Nested(Wins)
    celebrations = fields.List(fields.Nested(Remark))
    reviews = fields.List(fields.Nested(ReportReview))
    what_worked = fields.List(fields.Nested(ReviewText))
    what_did_not = fields.List(fields.Nested(ReviewText))
    lessons = fields.List(fields.Nested(ReviewText))
    decisions = fields.List(fields.Nested(ReportDecision))
    earlier_decisions = fields.List(fields.Nested(ReportDecision))
    findings = fields.Nested(TurnedFindings)
    carried_over = fields.Nested(Carried)
    alignment = fields.Nested(Maps)


class Weekly(Report):
    since = fields.Nested(Place)
    progress = fields.Nested(TurnedProgress)
    moved = fields.Nested(AllMoved)
    due = fields.List(fields.Nested(DueDay))
    at_risk = fields.List(fields.Nested(AtRisk))
    blocked = fields.List(fields.Nested(Obstacle))
    unconfirmed = fields.List(fields.Nested(Unconfirmed))
    celebrated = fields.Nested(Celebrated)
    decisions = fields.List(fields.Nested(ReportDecision))


class Monthly(Weekly):
    counts = fields.Nested(AllCounts)
    adherence = fields.Nested(Rhythm)
    confidence = fields.Nested(OverTime)
    health = fields.Nested(HealthTable)
    entries = fields.Nested(AllEntries)
    findings = fields.Nested(TurnedFindings)
