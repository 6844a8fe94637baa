"""Reports: the queries and the JSON."""

from marshmallow import Schema, fields

from api.schemas.cycles import CYCLE_STATES, Seal
from api.schemas.due_days import DueDay
from api.schemas.fields import one_of
from api.schemas.queries import Measured, moment
from api.schemas.report_sections.adherence import AdherenceSection, Confidence, ConfidenceOverTime, HealthTable
from api.schemas.report_sections.alignment import FindingsSection, Maps
from api.schemas.report_sections.entries import (
    BlockersSection,
    CelebrationsSection,
    EntriesSection,
    ReportBlocker,
    ReportComment,
    ReportDecision,
    ReportReview,
    ReviewText,
    Wins,
)
from api.schemas.report_sections.plan_changes import (
    LogPosition,
    NotOnTrack,
    PlanChangesSection,
    ProgressSection,
    ReportWindow,
    Unconfirmed,
)
from api.schemas.report_sections.scores import CarryOverSection, CommitmentScores, CountsSection, ScoreItem, Unscored

CYCLE = "The id or the name of a cycle. Default: the active cycle that began last."
SINCE = (
    "The start of the reporting window, written like `as_of`; the position of the last report leaves no gap. Default: a {} ago."
)


class ReportOf(Measured):
    cycle = fields.String(metadata={"description": CYCLE})
    unit = fields.UUID(metadata={"description": "The id of a unit: itself and all below it. Default: all."})


class DigestOf(ReportOf):
    since = moment(SINCE.format("week or a month"))


class ReportCycle(Schema):
    id = fields.UUID()
    name = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date()
    state = one_of(*CYCLE_STATES)
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
    ledger_root = fields.String(metadata={"description": "The Merkle root of the log at this position, in hexadecimal."})
    policy = fields.Dict()
    again = fields.String(metadata={"description": "The path that gives the same report again at any later time."})
    names = fields.Dict(keys=fields.UUID(), values=fields.String())


class Retrospective(Report):
    span = fields.Nested(ReportWindow, metadata={"description": "The reporting window."})
    counts = fields.Nested(CountsSection)
    commitments = fields.List(fields.Nested(CommitmentScores))
    scores = fields.List(fields.Nested(ScoreItem))
    unscored = fields.List(fields.Nested(Unscored))
    moved = fields.Nested(PlanChangesSection)
    adherence = fields.Nested(AdherenceSection)
    confidence = fields.Nested(Confidence)
    health = fields.Nested(HealthTable)
    blockers = fields.Nested(BlockersSection)
    entries = fields.Nested(EntriesSection)
    wins = fields.Nested(Wins)
    celebrations = fields.List(fields.Nested(ReportComment))
    reviews = fields.List(fields.Nested(ReportReview))
    what_worked = fields.List(fields.Nested(ReviewText))
    what_did_not = fields.List(fields.Nested(ReviewText))
    lessons = fields.List(fields.Nested(ReviewText))
    decisions = fields.List(fields.Nested(ReportDecision))
    earlier_decisions = fields.List(fields.Nested(ReportDecision))
    findings = fields.Nested(FindingsSection)
    carried_over = fields.Nested(CarryOverSection)
    alignment = fields.Nested(Maps)


class Weekly(Report):
    since = fields.Nested(LogPosition)
    progress = fields.Nested(ProgressSection)
    moved = fields.Nested(PlanChangesSection)
    due = fields.List(fields.Nested(DueDay))
    not_on_track = fields.List(
        fields.Nested(NotOnTrack), metadata={"description": "Key results that are off track, outdated or at risk."}
    )
    blocked = fields.List(fields.Nested(ReportBlocker))
    unconfirmed = fields.List(fields.Nested(Unconfirmed))
    celebrated = fields.Nested(CelebrationsSection)
    decisions = fields.List(fields.Nested(ReportDecision))


class Monthly(Weekly):
    counts = fields.Nested(CountsSection)
    adherence = fields.Nested(AdherenceSection)
    confidence = fields.Nested(ConfidenceOverTime)
    health = fields.Nested(HealthTable)
    entries = fields.Nested(EntriesSection)
    findings = fields.Nested(FindingsSection)
