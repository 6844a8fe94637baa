"""Objectives: requests and responses."""

from marshmallow import fields
from marshmallow.validate import Length

from api.schemas.commands import MAX_PEOPLE
from api.schemas.fields import ById, ChangeSchema, CommandSchema, Number, OneLine, choice, flag, one_of, text, weight
from api.schemas.goals import GoalList, Health, Progress
from api.schemas.key_results import KeyResult
from api.schemas.queries import any_of
from api.schemas.response_parts import TOUCHES, WARNINGS, AffectedObjectives, Moment, OwnedObjective, PolicyWarning, Recorded
from okr_events.domain.values import Commitment, ProgressDriver


class ObjectiveCreation(CommandSchema):
    cycle_id = fields.UUID(required=True)
    unit_id = fields.UUID(required=True)
    title = OneLine(required=True)
    description = text()
    owner = fields.UUID()
    commitment = choice(Commitment)
    urgent = flag()
    important = flag()
    progress_driver = choice(ProgressDriver)
    draft = flag()


class Agreement(CommandSchema):
    agreed_by = fields.List(fields.UUID(), validate=Length(1, MAX_PEOPLE), metadata={"description": "Default: the caller."})


class ObjectiveChange(ChangeSchema):
    title = OneLine()
    description = text(allow_none=True)
    commitment = choice(Commitment)
    urgent = flag()
    important = flag()
    progress_driver = choice(ProgressDriver)


class Weights(CommandSchema):
    key_results = ById(weight())
    alignments = ById(weight())


class ObjectiveList(GoalList):
    state = any_of("draft", "agreed", "closed", "cancelled")
    focus = one_of("must_do", "should_do", "could_do")


class Objective(OwnedObjective, Recorded):
    description = fields.String(allow_none=True)
    cycle_id = fields.UUID()
    commitment = fields.String()
    focus = fields.String()
    urgent = fields.Boolean()
    important = fields.Boolean()
    progress_driver = fields.String()
    state = fields.String()
    agreed_by = fields.List(fields.UUID())
    progress = fields.Nested(Progress, allow_none=True)
    health = fields.Nested(Health)
    score = Number(allow_none=True)
    key_results = fields.List(fields.Nested(KeyResult))
    touches = fields.Nested(AffectedObjectives, metadata={"description": TOUCHES})
    warnings = fields.List(fields.Nested(PolicyWarning), metadata={"description": WARNINGS})


class Node(Objective):
    """An objective in the tree; `{"ref": id}` where the tree holds it already."""

    children = fields.List(fields.Dict())
    ref = fields.UUID()
    alignment_id = fields.UUID()
    weight = Number()


class Impact(Moment, AffectedObjectives):
    objective_id = fields.UUID()
