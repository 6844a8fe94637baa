"""Alignments and the alignment tree: requests and responses."""

from marshmallow import fields
from marshmallow.validate import OneOf, Range

from api.schemas.fields import ChangeSchema, CommandSchema, IntegerParameter, Number, capacity, choice, one_of, text, weight
from api.schemas.objectives import Node, Objective
from api.schemas.priorities import Priority
from api.schemas.queries import AsOf, Measured, Paged, Scoped, any_of
from api.schemas.response_parts import TOUCHES, AffectedObjectives, Moment, Recorded
from api.schemas.units import Unit
from okr_events.domain.alignment import AlignmentKind
from projections.queries.alignment_tree import MAX_DEPTH


class Link(CommandSchema):
    child_id = fields.UUID(required=True)
    parent_id = fields.UUID(required=True)
    kind = choice(AlignmentKind, required=True)
    weight = weight(metadata={"description": "For vertical and explicit links only. Default: 1."})
    capacity = capacity()


class LinkChange(ChangeSchema):
    weight = weight()
    capacity = capacity(allow_none=True)


class Confirmation(CommandSchema):
    capacity = capacity()
    agreement = text(metadata={"description": "What both sides agreed. Stored encrypted."})


class AlignmentList(AsOf, Paged):
    cycle = fields.String(metadata={"description": "The id or the name of a cycle: links from and to its goals."})
    unit = fields.UUID(metadata={"description": "The id of a unit: links from and to objectives of it and of units below it."})
    kind = one_of(*(kind.value for kind in AlignmentKind))
    state = any_of("active", "proposed", "confirmed", "declined", "ended")


class Tree(Scoped, Measured):
    root = fields.UUID(metadata={"description": "The id of an objective: only it and the goals that serve it."})
    depth = IntegerParameter(load_default=MAX_DEPTH, validate=Range(0, MAX_DEPTH))
    state = fields.String(validate=OneOf(("live", "all")), load_default="live")
    shape = fields.String(validate=OneOf(("tree", "graph")), load_default="tree")


class Alignment(Recorded):
    child_id = fields.UUID()
    parent_id = fields.UUID()
    parent_type = fields.String()
    kind = fields.String()
    weight = Number(allow_none=True, metadata={"description": "Null for kinds that do not count in roll-ups."})
    state = fields.String()
    capacity = Number(allow_none=True, metadata={"description": "Person-days requested from the other side."})
    agreed_capacity = Number(allow_none=True, metadata={"description": "Person-days that the other side confirmed."})
    agreement = fields.String(allow_none=True, metadata={"description": "What both sides agreed. Not in the tree."})
    touches = fields.Nested(AffectedObjectives, metadata={"description": TOUCHES})


class AlignmentTree(Moment):
    units = fields.List(fields.Nested(Unit))
    priorities = fields.List(fields.Nested(Priority))
    roots = fields.List(fields.Nested(Node), metadata={"description": "With `shape=tree`."})
    objectives = fields.List(fields.Nested(Objective), metadata={"description": "With `shape=graph`."})
    alignments = fields.List(fields.Nested(Alignment))
