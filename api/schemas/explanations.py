"""Explanations of the progress, the health and the score of a goal: the query and the responses."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from api.schemas.explained_health import ExplainedCheckIn, Formula, KeyResultHealth, ObjectiveHealth, Positions, StatedValue
from api.schemas.fields import Number
from api.schemas.goals import Progress
from api.schemas.queries import Measured
from api.schemas.response_parts import Moment
from projections.explanations.time_series import INTERVALS

POINTS = "The interval of the series: the days with a change and one day of each week (`change`), every day, or every week."
SEALED = "The moment of the seal: everything but the series is as of then. Null while the cycle is not sealed."
CODES = (
    "`superseded` by a later check-in, `baseline`: it gave the baseline, `no_period`: outside every period, `retracted`,"
    " `measured_later` than the effective day, `inherited`: inheriting objectives count instead, or `after_seal`."
)


class Explained(Measured):
    every = fields.String(load_default="change", validate=OneOf(INTERVALS), metadata={"description": POINTS})
    series = fields.Boolean(load_default=True, metadata={"description": "If false, the response has no series."})


class ExplainedProgress(Progress, Formula):
    """As in the tree; the formula gives `raw`. Null where the rules give no number."""

    value = Number(allow_none=True, metadata={"description": "Clamped to [0, 1]."})
    raw = Number(allow_none=True, metadata={"description": "Not clamped."})


class ExplainedSubject(Schema):
    type = fields.String(validate=OneOf(("objective", "key_result")))
    id = fields.UUID()
    title = fields.String()
    cycle_id = fields.UUID()


class UncountedCheckIn(ExplainedCheckIn, Positions):
    value = Number(allow_none=True)
    because = fields.String(metadata={"description": CODES})


class UncountedCheckIns(Schema):
    items = fields.List(fields.Nested(UncountedCheckIn), metadata={"description": "The newest first."})
    left_out = fields.Integer(metadata={"description": "The number of older ones that are omitted."})


class ValueInForce(Schema):
    value = Number(allow_none=True)
    milestones = fields.List(fields.String(), allow_none=True)
    measured_on = fields.Date(allow_none=True)
    counts = fields.Boolean(metadata={"description": "False while objectives inherit the key result."})
    check_in = fields.Nested(ExplainedCheckIn, allow_none=True)
    uncounted = fields.Nested(UncountedCheckIns)


class KeyResultScore(Positions):
    value = Number(allow_none=True)
    suggested = Number(allow_none=True)
    suggested_at = fields.Integer(allow_none=True, metadata={"description": "The position of the suggested progress."})
    href = fields.String(allow_none=True, metadata={"description": "The explanation of the suggested score."})
    decision = fields.String(allow_none=True)
    root_cause = fields.String(allow_none=True)
    because = fields.String(allow_none=True)


class ObjectiveScore(Formula):
    value = Number(allow_none=True)


class Policy(Positions):
    cadence = fields.Dict()
    pace = fields.Dict()
    bands = fields.Dict()


class Weight(Positions):
    value = Number()


class ExplainedDriver(Schema):
    type = fields.String()
    id = fields.UUID()
    title = fields.String()
    kind = fields.String(allow_none=True, metadata={"description": "The kind of the link; null for a key result."})
    alignment_id = fields.UUID(allow_none=True)
    weight = fields.Nested(Weight)
    progress = fields.Nested(Progress, allow_none=True)
    counts_as = Number()
    not_started = fields.Boolean()
    heirs = fields.List(fields.UUID(), metadata={"description": "The objectives that inherit the key result."})
    href = fields.String(metadata={"description": "The explanation of its own progress at the same moment."})


class OmittedDriver(Positions):
    type = fields.String()
    id = fields.UUID()
    alignment_id = fields.UUID(allow_none=True)
    because = fields.String(metadata={"description": "`cancelled`, `ended`, or `not_a_driver`."})


class ProgressDriverChoice(Positions):
    value = fields.String()
    asked = fields.String(metadata={"description": "The `progress_driver` that the objective sets."})


class Point(Schema):
    """The state at the end of a day; the last point is the moment of the response."""

    on = fields.Date()
    position = fields.Integer()
    value = Number(allow_none=True)
    progress = fields.Nested(Progress, allow_none=True)
    confidence = Number(allow_none=True)
    status = fields.String(allow_none=True)
    health = fields.String(allow_none=True)
    elapsed = Number()


class Explanation(Moment):
    sealed = fields.Nested(Moment, allow_none=True, metadata={"description": SEALED})
    subject = fields.Nested(ExplainedSubject)
    progress = fields.Nested(ExplainedProgress)
    policy = fields.Nested(Policy)
    drivers = fields.List(fields.Nested(ExplainedDriver))
    left_out = fields.List(fields.Nested(OmittedDriver))
    series = fields.List(fields.Nested(Point), metadata={"description": "Omitted with `series=false`."})
    every = fields.String(metadata={"description": "The interval; `days` where the requested one gives too many points."})
    every_days = fields.Integer(allow_none=True, metadata={"description": "The days between points; null with `change`."})


class KeyResultExplanation(Explanation):
    metric = fields.Dict()
    value = fields.Nested(ValueInForce)
    health = fields.Nested(KeyResultHealth)
    score = fields.Nested(KeyResultScore)
    confidence = fields.Nested(StatedValue)


class ObjectiveExplanation(Explanation):
    health = fields.Nested(ObjectiveHealth)
    score = fields.Nested(ObjectiveScore)
    confidence = fields.Nested(StatedValue, allow_none=True, metadata={"description": "Always null: it has no roll-up."})
    progress_driver = fields.Nested(ProgressDriverChoice)
