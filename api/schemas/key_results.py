"""Key results with their metrics, contributors and initiatives: requests and responses."""

from decimal import Decimal

from marshmallow import Schema, ValidationError, fields, post_load, validates_schema
from marshmallow.validate import Length

from api.schemas.fields import (
    ChangeSchema,
    CommandSchema,
    Number,
    NumberInput,
    OneLine,
    choice,
    deadline,
    fraction,
    one_of,
    stated_deadline,
    text,
    weight,
)
from api.schemas.goals import GoalList, Health, Progress
from api.schemas.queries import any_of
from api.schemas.response_parts import TOUCHES, WARNINGS, AffectedObjectives, PolicyWarning, Recorded
from api.schemas.units import OWN_CADENCE, Cadence
from okr_events.domain.decimals import ONE, format_decimal
from okr_events.domain.metrics.metric import METRIC_KINDS
from okr_events.domain.values import ContributorRole, Decision
from okr_events.json_types import JsonObject

MAX_STEPS = 100
METRIC_FIELDS = {
    "increase": {"baseline", "target", "relative", "measure"},
    "decrease": {"baseline", "target", "relative", "measure"},
    "at_least": {"baseline", "target", "measure"},
    "at_most": {"baseline", "target", "measure"},
    "between": {"low", "high", "measure"},
    "milestones": {"steps"},
    "binary": set(),
}


class Step(Schema):
    name = OneLine(required=True)
    weight = weight()


class Metric(Schema):
    kind = one_of(*METRIC_KINDS, required=True)
    baseline = NumberInput()
    target = NumberInput()
    relative = NumberInput()
    low = NumberInput()
    high = NumberInput()
    steps = fields.List(fields.Nested(Step), validate=Length(1, MAX_STEPS))
    measure = OneLine()

    @validates_schema
    def check_fields_of_kind(self, data: JsonObject, **_: object) -> None:
        foreign = data.keys() - METRIC_FIELDS[data["kind"]] - {"kind"}
        if foreign:
            raise ValidationError({name: [f"A metric of kind {data['kind']} has no {name}."] for name in sorted(foreign)})

    @post_load
    def to_plain(self, data: JsonObject, **_: object) -> JsonObject:
        form = {name: format_decimal(value) if isinstance(value, Decimal) else value for name, value in data.items()}
        if "steps" in data:
            form["steps"] = [
                {"name": step["name"], "weight": format_decimal(step.get("weight", ONE))} for step in data["steps"]
            ]
        return form


class TargetRevision(CommandSchema):
    target = NumberInput()
    low = NumberInput()
    high = NumberInput()


class Contribution(CommandSchema):
    person_id = fields.UUID(required=True)
    contribution = text(metadata={"description": "What the person contributes. Stored encrypted."})
    role = choice(ContributorRole)
    due_on = deadline()


class InitiativeStart(CommandSchema):
    title = OneLine(required=True)
    owner = fields.UUID()
    due_on = deadline()


class Contributor(Schema):
    person_id = fields.UUID()
    role = fields.String()
    due_on = stated_deadline(allow_none=True)
    contribution = fields.String(allow_none=True, metadata={"description": "Not in lists and trees."})


class Initiative(Recorded):
    key_result_id = fields.UUID()
    title = fields.String()
    owner = fields.UUID(allow_none=True)
    due_on = stated_deadline(allow_none=True)
    done_on = fields.Date(allow_none=True)


class KeyResultDefinition(CommandSchema):
    title = OneLine(required=True)
    description = text()
    metric = fields.Nested(Metric, required=True)
    weight = weight()
    owner = fields.UUID()
    due_on = deadline()


class KeyResultChange(ChangeSchema):
    title = OneLine()
    description = text(allow_none=True)
    weight = weight()
    due_on = deadline()


class Scoring(CommandSchema):
    score = fraction()
    decision = choice(Decision)
    root_cause = text()


class CarryOver(CommandSchema):
    objective_id = fields.UUID(required=True, metadata={"description": "The objective of another cycle that continues it."})
    title = OneLine()
    target = NumberInput(metadata={"description": "Default: the target of the origin. Required when its value has reached it."})
    owner = fields.UUID()
    due_on = deadline()


class KeyResultList(GoalList):
    state = any_of("open", "closed", "cancelled")


class LatestCheckIn(Schema):
    id = fields.UUID()
    measured_on = fields.Date()
    value = Number(allow_none=True)
    milestones = fields.List(fields.String(), allow_none=True)
    confidence = Number(allow_none=True)
    status = fields.String(allow_none=True)
    author = fields.UUID()
    recorded_at = fields.DateTime()
    position = fields.Integer()


class KeyResult(Recorded):
    objective_id = fields.UUID()
    title = fields.String()
    description = fields.String(allow_none=True)
    metric = fields.Dict()
    weight = Number()
    owner = fields.UUID(allow_none=True)
    due_on = stated_deadline()
    cadence = fields.Nested(Cadence, allow_none=True, metadata={"description": OWN_CADENCE})
    cadence_in_force = fields.Nested(Cadence)
    state = fields.String()
    value = Number(allow_none=True)
    milestones = fields.List(fields.String(), allow_none=True)
    confidence = Number(allow_none=True)
    progress = fields.Nested(Progress, allow_none=True)
    health = fields.Nested(Health)
    score = Number(allow_none=True)
    suggested = Number(allow_none=True, metadata={"description": "The progress when it was scored. Not in lists and trees."})
    decision = fields.String(allow_none=True, metadata={"description": "The decision at the closing. Not in lists and trees."})
    root_cause = fields.String(allow_none=True, metadata={"description": "The reason for the score. Not in lists and trees."})
    origin = fields.UUID(allow_none=True, metadata={"description": "The key result that it continues."})
    carried_over_to = fields.List(fields.UUID(), metadata={"description": "The key results that continue it."})
    latest_check_in = fields.Nested(LatestCheckIn, allow_none=True)
    contributors = fields.List(fields.Nested(Contributor))
    initiatives = fields.List(fields.Nested(Initiative))
    children = fields.List(fields.Dict(), metadata={"description": "In the tree: the objectives that inherit it."})
    touches = fields.Nested(AffectedObjectives, metadata={"description": TOUCHES})
    warnings = fields.List(fields.Nested(PolicyWarning), metadata={"description": WARNINGS})
