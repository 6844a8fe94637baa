"""The bodies of commands, as the contract names them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validates_schema
from marshmallow.validate import Email, Length, Range

from api.schemas.fields import (
    ById,
    CommandSchema,
    Instant,
    Number,
    OneLine,
    capacity,
    choice,
    fraction,
    one_of,
    text,
    texts,
    weight,
)
from okr_events.domain.alignment import AlignmentKind
from okr_events.domain.conversation import CommentKind
from okr_events.domain.decimals import ONE, format_decimal
from okr_events.domain.metrics.metric import METRIC_KINDS
from okr_events.domain.policy import MAX_GRACE_DAYS
from okr_events.domain.schedule.due_dates import FREQUENCIES, WEEKDAYS
from okr_events.domain.values import (
    BlockerKind,
    Commitment,
    ContributorRole,
    Decision,
    Level,
    Perspective,
    ProgressDriver,
    Status,
)
from okr_events.register.tokens import Role

MAX_BATCH = 500
MAX_STEPS = 100
MAX_PEOPLE = 50
METRIC_FIELDS = {
    "increase": {"baseline", "target", "relative", "measure"},
    "decrease": {"baseline", "target", "relative", "measure"},
    "at_least": {"baseline", "target", "measure"},
    "at_most": {"baseline", "target", "measure"},
    "between": {"low", "high", "measure"},
    "milestones": {"steps"},
    "binary": set(),
}


class NoFields(CommandSchema):
    pass


class UnitCreation(CommandSchema):
    name = OneLine(required=True)
    level = choice(Level, required=True)
    parent_id = fields.UUID()
    vision = text()
    mission = text()
    time_zone = fields.String(validate=Length(1, 64))


class UnitChange(CommandSchema):
    name = OneLine()
    vision = text()
    mission = text()


class UnitMove(CommandSchema):
    parent_id = fields.UUID(required=True)


class CadenceSetting(CommandSchema):
    every = one_of(*FREQUENCIES, metadata={"description": "Parts left out come from above, as all do with `inherited`."})
    weekday = one_of(*WEEKDAYS)
    grace_days = fields.Integer(strict=True, validate=Range(0, MAX_GRACE_DAYS))
    inherited = fields.Boolean(truthy={True}, falsy={False})


class PersonAddition(CommandSchema):
    name = OneLine(required=True)
    email = fields.String(validate=[Length(max=254), Email()])


class PersonChange(CommandSchema):
    name = OneLine()
    email = fields.String(validate=[Length(max=254), Email()])


class TokenIssue(CommandSchema):
    person_id = fields.UUID(required=True)
    role = choice(Role, required=True)
    expires_at = Instant()


class CalendarIssue(CommandSchema):
    owner = fields.UUID(metadata={"description": "A person or a unit: what they own. Or else `unit`."})
    unit = fields.UUID(metadata={"description": "What a unit and all below it owe."})


class HorizonBody(Schema):
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)

    @post_load
    def to_days(self, data: dict[str, Any], **_: Any) -> tuple[date, date]:
        return data["starts_on"], data["ends_on"]


class PriorityCreation(CommandSchema):
    title = OneLine(required=True)
    description = text()
    perspective = choice(Perspective, required=True)
    horizon = fields.Nested(HorizonBody, required=True)
    owner = fields.UUID()


class PriorityChange(CommandSchema):
    title = OneLine()
    description = text()
    perspective = choice(Perspective)
    horizon = fields.Nested(HorizonBody)
    owner = fields.UUID()


class CycleCreation(CommandSchema):
    name = OneLine(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    parent_id = fields.UUID()
    policy = fields.Dict(keys=fields.String())


class Closing(CommandSchema):
    allow_unscored = fields.Boolean(truthy={True}, falsy={False}, load_default=False)


class PolicyChange(CommandSchema):
    policy = fields.Dict(keys=fields.String(), required=True)


class ObjectiveCreation(CommandSchema):
    cycle_id = fields.UUID(required=True)
    unit_id = fields.UUID(required=True)
    title = OneLine(required=True)
    description = text()
    owner = fields.UUID()
    commitment = choice(Commitment)
    urgent = fields.Boolean(truthy={True}, falsy={False})
    important = fields.Boolean(truthy={True}, falsy={False})
    progress_driver = choice(ProgressDriver)
    draft = fields.Boolean(truthy={True}, falsy={False})


class Agreement(CommandSchema):
    agreed_by = fields.List(
        fields.UUID(), validate=Length(1, MAX_PEOPLE), metadata={"description": "People; without it, who asks."}
    )


class ObjectiveChange(CommandSchema):
    title = OneLine()
    description = text()
    commitment = choice(Commitment)
    urgent = fields.Boolean(truthy={True}, falsy={False})
    important = fields.Boolean(truthy={True}, falsy={False})
    progress_driver = choice(ProgressDriver)


class Reassignment(CommandSchema):
    owner = fields.UUID(required=True)


class Weights(CommandSchema):
    key_results = ById(weight())
    alignments = ById(weight())


class Step(Schema):
    name = OneLine(required=True)
    weight = weight()


class Metric(Schema):
    kind = one_of(*METRIC_KINDS, required=True)
    baseline = Number()
    target = Number()
    relative = Number()
    low = Number()
    high = Number()
    steps = fields.List(fields.Nested(Step), validate=Length(1, MAX_STEPS))
    measure = OneLine()

    @validates_schema
    def check_fields_of_kind(self, data: Mapping[str, Any], **_: Any) -> None:
        foreign = data.keys() - METRIC_FIELDS[data["kind"]] - {"kind"}
        if foreign:
            raise ValidationError({name: [f"Not of a metric of kind {data['kind']}."] for name in sorted(foreign)})

    @post_load
    def to_plain(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        form = {name: format_decimal(value) if isinstance(self.fields[name], Number) else value for name, value in data.items()}
        if "steps" in data:
            form["steps"] = [
                {"name": step["name"], "weight": format_decimal(step.get("weight", ONE))} for step in data["steps"]
            ]
        return form


class KeyResultDefinition(CommandSchema):
    title = OneLine(required=True)
    description = text()
    metric = fields.Nested(Metric, required=True)
    weight = weight()
    owner = fields.UUID()
    due_on = fields.Date()


class KeyResultChange(CommandSchema):
    title = OneLine()
    description = text()
    weight = weight()
    due_on = fields.Date()


class Contribution(CommandSchema):
    person_id = fields.UUID(required=True)
    contribution = text(metadata={"description": "What they contribute: kept sealed."})
    role = choice(ContributorRole)
    due_on = fields.Date()


class InitiativeStart(CommandSchema):
    title = OneLine(required=True)
    owner = fields.UUID()
    due_on = fields.Date()


class TargetRevision(CommandSchema):
    target = Number()
    low = Number()
    high = Number()


class Scoring(CommandSchema):
    score = fraction()
    decision = choice(Decision)
    root_cause = text()


class CarryOver(CommandSchema):
    objective_id = fields.UUID(required=True, metadata={"description": "Where it goes on: an objective of another cycle."})
    title = OneLine()
    target = Number(metadata={"description": "Default: the target of its origin. Needed when the value has reached that."})
    owner = fields.UUID()
    due_on = fields.Date()


class OpenedBlocker(Schema):
    kind = choice(BlockerKind, required=True)
    text = text(required=True)
    owner = fields.UUID()

    @post_load
    def to_plain(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"owner": None, **data, "kind": data["kind"].value}


class CheckInBody(CommandSchema):
    value = Number()
    milestones = fields.List(fields.String(), validate=Length(max=MAX_STEPS))
    measured_on = fields.Date()
    confidence = fraction()
    status = choice(Status)
    note = text()
    wins = texts()
    blockers = fields.List(fields.Nested(OpenedBlocker), validate=Length(max=50))
    next_steps = texts()

    @post_load
    def to_plain(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, **({"status": data["status"].value} if "status" in data else {})}


class BatchRow(CheckInBody):
    class Meta:
        exclude = ("reason",)

    key_result_id = fields.UUID(required=True)


class CheckInBatch(CommandSchema):
    check_ins = fields.List(fields.Nested(BatchRow), required=True, validate=Length(1, MAX_BATCH))


class CommentBody(CommandSchema):
    kind = choice(CommentKind, required=True)
    text = text(required=True, metadata={"description": "What is remarked: kept sealed."})


class AnswerBody(CommandSchema):
    kind = choice(CommentKind, metadata={"description": "Default: feedback."})
    text = text(required=True, metadata={"description": "What is answered: kept sealed."})


class Link(CommandSchema):
    child_id = fields.UUID(required=True)
    parent_id = fields.UUID(required=True)
    kind = choice(AlignmentKind, required=True)
    weight = weight(metadata={"description": "Of vertical and explicit links alone. Default: 1."})
    capacity = capacity()


class LinkChange(CommandSchema):
    weight = weight()
    capacity = capacity()


class Confirmation(CommandSchema):
    capacity = capacity()
    agreement = text(metadata={"description": "What is agreed: kept sealed."})
