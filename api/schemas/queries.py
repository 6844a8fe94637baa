"""The query parameters of reads."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range

from okr_events.domain.alignment import AlignmentKind
from okr_events.domain.conversation import CommentKind
from projections.queries.alignment_tree import MAX_DEPTH

AS_OF = "An instant, a day (its end in the organisation's time zone; today means now), or `position:N`. Default: now."


class AsOf(Schema):
    as_of = fields.String(validate=Length(1, 64), metadata={"description": AS_OF})


class Measured(AsOf):
    effective_on = fields.Date(metadata={"description": "Count check-ins measured up to this day. Default: the moment's."})


class Paged(Schema):
    limit = fields.Integer(load_default=50, validate=Range(1, 200))
    after = fields.Integer(load_default=0, validate=Range(0, 2**62), metadata={"description": "The `next` of a page."})


class UnitList(AsOf, Paged):
    unit = fields.UUID(metadata={"description": "A unit: itself and all below it."})


class PriorityList(AsOf, Paged):
    owner = fields.UUID()
    state = fields.String(validate=OneOf(("active", "retired")))


class CycleList(AsOf, Paged):
    state = fields.String(validate=OneOf(("draft", "active", "closed")))


class GoalList(Measured, Paged):
    cycle = fields.String(metadata={"description": "A cycle's id or name."})
    unit = fields.UUID(metadata={"description": "A unit: itself and all below it."})
    owner = fields.UUID()
    health = fields.String(validate=OneOf(("off_track", "outdated", "at_risk", "pending", "on_track", "closed")))


class ObjectiveList(GoalList):
    state = fields.String(validate=OneOf(("draft", "agreed", "closed", "cancelled")))
    focus = fields.String(validate=OneOf(("must_do", "should_do", "could_do")))


class KeyResultList(GoalList):
    state = fields.String(validate=OneOf(("open", "closed", "cancelled")))


class AlignmentList(AsOf, Paged):
    cycle = fields.String(metadata={"description": "A cycle's id or name: links from its objectives, or to them and theirs."})
    unit = fields.UUID(metadata={"description": "A unit: links from or to objectives of it and of all below it."})
    kind = fields.String(validate=OneOf([kind.value for kind in AlignmentKind]))
    state = fields.String(validate=OneOf(("active", "proposed", "confirmed", "declined", "ended")))


class CheckInList(AsOf, Paged):
    pass


class CommentList(AsOf, Paged):
    kind = fields.String(validate=OneOf([kind.value for kind in CommentKind]))


class BlockerList(AsOf, Paged):
    cycle = fields.String(metadata={"description": "A cycle's id or name."})
    unit = fields.UUID(metadata={"description": "A unit: key results of it and of all below it."})
    owner = fields.UUID(metadata={"description": "Who is to clear the way."})
    key_result = fields.UUID()
    state = fields.String(validate=OneOf(("open", "resolved", "withdrawn")))


class History(AsOf, Paged):
    pass


class Tree(Measured):
    cycle = fields.String(metadata={"description": "A cycle's id or name."})
    unit = fields.UUID(metadata={"description": "A unit: itself and all below it."})
    root = fields.UUID(metadata={"description": "Only this objective and what serves it."})
    depth = fields.Integer(load_default=MAX_DEPTH, validate=Range(0, MAX_DEPTH))
    state = fields.String(load_default="live", validate=OneOf(("live", "all")))
    shape = fields.String(load_default="tree", validate=OneOf(("tree", "graph")))


class Duties(AsOf):
    cycle = fields.String(metadata={"description": "A cycle's id or name."})
    unit = fields.UUID(metadata={"description": "A unit: itself and all below it."})
    owner = fields.UUID(metadata={"description": "Whose key results: a person's or a unit's id."})


class DueList(Duties, Paged):
    pass


class EventFeed(Paged):
    after = fields.Integer(
        load_default=0, validate=Range(0, 2**62), metadata={"description": "The last position that you have; 0 for none."}
    )
    cycle = fields.String(
        validate=Length(1), metadata={"description": "A cycle's id or name: facts about it, its objectives and all of theirs."}
    )
    unit = fields.UUID(metadata={"description": "A unit, and all below it today: facts about them and about their goals."})
    subject = fields.UUID(metadata={"description": "A thing's id: the facts that its history tells."})
    type = fields.String(
        validate=Length(1),
        metadata={"description": "A stored name, such as `KeyResult.CheckedIn`, or a prefix, `KeyResult.`; several by comma."},
    )
    actor = fields.UUID(metadata={"description": "Who recorded it: a person's id."})
    since = fields.String(
        validate=Length(1, 64), metadata={"description": "An instant, a day (from its beginning), or `position:N`."}
    )
    until = fields.String(
        validate=Length(1, 64), metadata={"description": "Up to a moment, written like `as_of`; not with a live feed."}
    )


class NoQuery(Schema):
    pass
