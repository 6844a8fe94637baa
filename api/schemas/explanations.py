"""What an explanation is asked, and the shape of its answer."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from api.schemas.fields import Number
from api.schemas.queries import Measured
from api.schemas.response_bodies import Cadence, Health, Moment, Progress
from projections.explanations.time_series import INTERVALS

POINTS = "Points on the days on which something changed, and weekly (`change`); every day; or every week."
SEALED = (
    "The moment when the cycle was sealed, whose numbers stay: everything but the series is as of then. Null while it is not."
)
CODES = (
    "`superseded` by a later one, its value is the `baseline`, its day is in `no_period`, `retracted`, `measured_later` than"
    " the effective day, `inherited`: heirs count instead, or `after_seal`."
)


class Explained(Measured):
    every = fields.String(load_default="change", validate=OneOf(INTERVALS), metadata={"description": POINTS})
    series = fields.Boolean(load_default=True, metadata={"description": "False leaves the series out."})


class Positions(Schema):
    positions = fields.List(fields.Integer(), metadata={"description": "The positions of the events behind it."})


class Input(Positions):
    """What stands in a formula under a name; further fields say where it is from."""

    value = fields.String(allow_none=True)
    check_in_id = fields.UUID(allow_none=True)
    type = fields.String(metadata={"description": "Of what it is: `objective` or `key_result`."})
    id = fields.UUID()


class Formula(Positions):
    formula = fields.String(allow_none=True, metadata={"description": "An expression over the names of `inputs`."})
    with_numbers = fields.String(allow_none=True, metadata={"description": "The same with their values, or null."})
    inputs = fields.Dict(keys=fields.String(), values=fields.Nested(Input))
    because = fields.String(allow_none=True, metadata={"description": "Why there is no number."})


class ExplainedProgress(Progress, Formula):
    """As in the tree, where the rules give a number; its formula gives `raw`."""


class ExplainedSubject(Schema):
    type = fields.String(validate=OneOf(("objective", "key_result")))
    id = fields.UUID()
    title = fields.String()
    cycle_id = fields.UUID()


class ExplainedCheckIn(Schema):
    id = fields.UUID()
    position = fields.Integer()
    measured_on = fields.Date()
    author = fields.UUID()
    author_name = fields.String(allow_none=True)
    recorded_at = fields.DateTime()
    late = fields.Boolean(metadata={"description": "Recorded after the cycle's last day."})
    corrections = fields.List(fields.Integer(), metadata={"description": "The positions at which it was corrected."})


class Uncounted(ExplainedCheckIn, Positions):
    value = Number(allow_none=True)
    because = fields.String(metadata={"description": CODES})


class UncountedOnes(Schema):
    items = fields.List(fields.Nested(Uncounted), metadata={"description": "The newest first."})
    left_out = fields.Integer(metadata={"description": "How many older ones are not told."})


class ValueInForce(Schema):
    value = Number(allow_none=True)
    milestones = fields.List(fields.String(), allow_none=True)
    measured_on = fields.Date(allow_none=True)
    counts = fields.Boolean(metadata={"description": "False while the key result is inherited."})
    check_in = fields.Nested(ExplainedCheckIn, allow_none=True)
    uncounted = fields.Nested(UncountedOnes)


class Said(Positions):
    value = fields.String(allow_none=True)
    measured_on = fields.Date(allow_none=True)
    check_in = fields.Nested(ExplainedCheckIn, allow_none=True)


class Elapsed(Formula):
    value = Number()
    day = fields.Date()
    starts_on = fields.Date()
    ends_on = fields.Date()


class Threshold(Formula):
    value = Number()


class Pace(Positions):
    progress = Number(allow_none=True)
    elapsed = Number()
    on_track = fields.Nested(Threshold)
    at_risk = fields.Nested(Threshold)


class Due(Positions):
    overdue = fields.Date(allow_none=True, metadata={"description": "The last due day whose grace is over."})
    recorded_after = fields.Date(allow_none=True, metadata={"description": "A check-in for it was recorded after this day."})
    next_due_on = fields.Date(allow_none=True)
    cadence = fields.Nested(Cadence)
    grace_days = fields.Integer()
    last_check_in = fields.Nested(ExplainedCheckIn, allow_none=True)


class ExplainedHealth(Health, Positions):
    rule = fields.String(metadata={"description": "Which rule decided."})
    because = fields.String()
    elapsed = fields.Nested(Elapsed)


class KeyResultHealth(ExplainedHealth):
    pace = fields.Nested(Pace)
    status = fields.Nested(Said)
    due = fields.Nested(Due)


class HealthPart(Positions):
    """A key result with the rule that decided its health, or a child objective: `href` explains its health."""

    type = fields.String()
    id = fields.UUID()
    health = fields.String(allow_none=True)
    rule = fields.String(allow_none=True)
    href = fields.String()


class ObjectiveHealth(ExplainedHealth):
    parts = fields.List(fields.Nested(HealthPart))
    decided_by = fields.List(fields.UUID())


class KeyResultScore(Positions):
    value = Number(allow_none=True)
    suggested = Number(allow_none=True)
    suggested_at = fields.Integer(allow_none=True, metadata={"description": "The position whose progress was suggested."})
    href = fields.String(allow_none=True, metadata={"description": "Where what was suggested is explained."})
    decision = fields.String(allow_none=True)
    root_cause = fields.String(allow_none=True)
    because = fields.String(allow_none=True)


class ObjectiveScore(Formula):
    value = Number(allow_none=True)


class Policy(Positions):
    """The parts of the policy in force, and the event that set it."""

    cadence = fields.Dict()
    pace = fields.Dict()
    bands = fields.Dict()


class Weight(Positions):
    value = Number()


class ExplainedDriver(Schema):
    type = fields.String()
    id = fields.UUID()
    title = fields.String()
    kind = fields.String(allow_none=True, metadata={"description": "Of the link; null of a key result."})
    alignment_id = fields.UUID(allow_none=True)
    weight = fields.Nested(Weight)
    progress = fields.Nested(Progress, allow_none=True)
    counts_as = Number()
    not_started = fields.Boolean()
    heirs = fields.List(fields.UUID(), metadata={"description": "The objectives that inherit it."})
    href = fields.String(metadata={"description": "Where its own number is explained, as of the same moment."})


class LeftOut(Positions):
    type = fields.String()
    id = fields.UUID()
    alignment_id = fields.UUID(allow_none=True)
    because = fields.String(metadata={"description": "`cancelled`, `ended`, or `not_a_driver`."})


class Driven(Positions):
    value = fields.String()
    asked = fields.String(metadata={"description": "The objective's own `progress_driver`."})


class Point(Schema):
    """What was known by the end of a day; the last point is the answer's own moment."""

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
    left_out = fields.List(fields.Nested(LeftOut))
    series = fields.List(fields.Nested(Point), metadata={"description": "Unless `series=false`."})
    every = fields.String(metadata={"description": "`days` when points are further apart than asked: too many were asked for."})
    every_days = fields.Integer(allow_none=True, metadata={"description": "How many days apart; null with `change`."})


class KeyResultExplanation(Explanation):
    metric = fields.Dict()
    value = fields.Nested(ValueInForce)
    health = fields.Nested(KeyResultHealth)
    score = fields.Nested(KeyResultScore)
    confidence = fields.Nested(Said)


class ObjectiveExplanation(Explanation):
    health = fields.Nested(ObjectiveHealth)
    score = fields.Nested(ObjectiveScore)
    confidence = fields.Nested(Said, allow_none=True, metadata={"description": "Null: confidence is not rolled up."})
    progress_driver = fields.Nested(Driven)
