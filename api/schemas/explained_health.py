"""Formulas with their inputs, and the health that follows from them, in explanations."""

from marshmallow import Schema, fields

from api.schemas.fields import Number
from api.schemas.goals import Health
from api.schemas.response_parts import Authored
from api.schemas.units import Cadence


class Positions(Schema):
    positions = fields.List(fields.Integer(), metadata={"description": "The positions of the events that it depends on."})


class ExplainedPeriod(Positions):
    starts_on = fields.Date()
    ends_on = fields.Date()
    value = Number(allow_none=True)
    met = fields.Boolean()
    check_in_id = fields.UUID(allow_none=True)


class Input(Positions):
    """A variable of a formula; the members after `value` say where it comes from."""

    value = fields.String(allow_none=True)
    check_in_id = fields.UUID(allow_none=True)
    measured_on = fields.Date(allow_none=True)
    milestones = fields.List(fields.String(), allow_none=True)
    type = fields.String(metadata={"description": "`objective` or `key_result`."})
    id = fields.UUID()
    not_started = fields.Boolean(metadata={"description": "It has no value yet and counts as 0."})
    step = fields.String(metadata={"description": "The name of a milestone, whose weight is the value."})
    done = fields.Boolean(metadata={"description": "Whether the milestone is done."})
    periods = fields.List(fields.Nested(ExplainedPeriod), metadata={"description": "The periods of a periodic metric."})
    formula = fields.String(allow_none=True, metadata={"description": "The formula of a relative target."})
    with_numbers = fields.String(allow_none=True, metadata={"description": "The same formula with its values."})


class Formula(Positions):
    formula = fields.String(allow_none=True, metadata={"description": "An expression over `inputs`."})
    with_numbers = fields.String(
        allow_none=True, metadata={"description": "The same expression with the values of the inputs."}
    )
    inputs = fields.Dict(keys=fields.String(), values=fields.Nested(Input))
    because = fields.String(allow_none=True, metadata={"description": "Why the formula has no value."})


class ExplainedCheckIn(Authored):
    id = fields.UUID()
    position = fields.Integer()
    measured_on = fields.Date()
    after_end = fields.Boolean(metadata={"description": "Recorded after the last day of the cycle."})
    corrections = fields.List(fields.Integer(), metadata={"description": "The positions of its corrections."})


class StatedValue(Positions):
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
    missed = fields.Boolean(metadata={"description": "Whether no check-in answers that day."})
    next_due_on = fields.Date(allow_none=True)
    cadence = fields.Nested(Cadence)
    grace_days = fields.Integer()
    last_check_in = fields.Nested(ExplainedCheckIn, allow_none=True)


class ExplainedHealth(Health, Positions):
    rule = fields.String(metadata={"description": "The rule that decided."})
    because = fields.String()
    elapsed = fields.Nested(Elapsed)


class KeyResultHealth(ExplainedHealth):
    pace = fields.Nested(Pace)
    status = fields.Nested(StatedValue)
    due = fields.Nested(Due)


class HealthPart(Positions):
    type = fields.String()
    id = fields.UUID()
    health = fields.String(allow_none=True)
    rule = fields.String(allow_none=True)
    href = fields.String(metadata={"description": "The explanation of its health."})


class ObjectiveHealth(ExplainedHealth):
    parts = fields.List(fields.Nested(HealthPart))
    decided_by = fields.List(fields.UUID())
