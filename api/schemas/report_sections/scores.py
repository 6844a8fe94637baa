"""Sections of reports: scores and carry-over."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from api.schemas.fields import Number


class Scores(Schema):
    scored = fields.Integer()
    unscored = fields.Integer()
    mean = Number(allow_none=True, metadata={"description": "The unweighted mean of the scores."})
    achieved = fields.Integer()
    partial_ = fields.Integer(data_key="partial")
    missed = fields.Integer()
    below_aim = fields.Integer()
    within_aim = fields.Integer()
    above_aim = fields.Integer()
    too_safe = fields.Integer()
    in_full = fields.Integer(metadata={"description": "The number of scores of 1."})


class Counts(Schema):
    objectives = fields.Integer()
    objectives_cancelled = fields.Integer()
    key_results = fields.Integer()
    key_results_cancelled = fields.Integer()
    key_result_scores = fields.Nested(Scores)
    objective_scores = fields.Nested(Scores)


class LevelCounts(Counts):
    level = fields.String()


class UnitCounts(LevelCounts):
    unit_id = fields.UUID()
    name = fields.String()


class CountsSection(Schema):
    total = fields.Nested(Counts)
    levels = fields.List(fields.Nested(LevelCounts))
    units = fields.List(fields.Nested(UnitCounts), metadata={"description": "Each unit without the units below it."})


class CommitmentScores(Scores):
    commitment = fields.String()


class KeyResultReference(Schema):
    key_result_id = fields.UUID()
    title = fields.String()


class Unscored(KeyResultReference):
    owner = fields.UUID(allow_none=True)


class ScoreItem(Unscored):
    objective_id = fields.UUID()
    objective = fields.String()
    unit_id = fields.UUID()
    commitment = fields.String()
    progress = Number(allow_none=True)
    raw_progress = Number(allow_none=True)
    suggested = Number(allow_none=True)
    score = Number(allow_none=True)
    band = fields.String(allow_none=True, validate=OneOf(("achieved", "partial", "missed")))
    scored_at = fields.Integer(allow_none=True, metadata={"description": "The position of the scoring."})
    after_end = fields.Boolean(metadata={"description": "Scored after the last day of the cycle."})
    decision = fields.String(allow_none=True)
    root_cause = fields.String(allow_none=True)
    wants_root_cause = fields.Boolean()
    confidence = Number(allow_none=True)
    error = Number(allow_none=True, metadata={"description": "The distance of the last confidence from the score."})


class DecisionCount(Schema):
    decision = fields.String()
    count = fields.Integer()


class CarriedOver(KeyResultReference):
    origin = fields.UUID()
    origin_title = fields.String()
    objective_id = fields.UUID()
    cycle_id = fields.UUID()


class CarryOverSection(Schema):
    decisions = fields.List(fields.Nested(DecisionCount))
    undecided = fields.Integer()
    wanted = fields.List(fields.Nested(KeyResultReference), metadata={"description": "To be carried over, not done yet."})
    items = fields.List(fields.Nested(CarriedOver))
