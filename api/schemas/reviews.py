"""Reviews and decisions: the bodies of commands, what reads are asked, and the shapes of answers."""

from typing import Any

from marshmallow import Schema, fields, post_load
from marshmallow.validate import Length, Range

from api.schemas.commands import MAX_PEOPLE
from api.schemas.fields import MAX_ITEMS, CommandSchema, choice, one_of, text, texts
from api.schemas.queries import AsOf, History, Paged
from api.schemas.response_bodies import Fact, Recorded, Versioned
from okr_events.domain.review import ReviewKind

MAX_ADJUSTMENTS = 100
MAX_POSITION = 2**62
CYCLE = "A cycle's id or name."
UNIT = "A unit: itself and all below it."
POSITIONS = "Positions of events that the review brought about."


def _positions_field(**kwargs: Any) -> fields.List[int]:
    position = fields.Integer(strict=True, validate=Range(1, MAX_POSITION))
    return fields.List(position, metadata={"description": POSITIONS}, **kwargs)


class DecisionMade(Schema):
    text = text(required=True, metadata={"description": "What was decided: kept sealed."})
    owner = fields.UUID(metadata={"description": "Of a person or a unit."})
    due_on = fields.Date()

    @post_load
    def fill_defaults(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"owner": None, "due_on": None, **data}


class ReviewRecord(CommandSchema):
    unit_id = fields.UUID(required=True)
    cycle_id = fields.UUID(required=True)
    kind = choice(ReviewKind, required=True)
    held_on = fields.Date(metadata={"description": "Default: today."})
    participants = fields.List(fields.UUID(), validate=Length(max=MAX_PEOPLE))
    what_worked = texts()
    what_did_not = texts()
    lessons = texts()
    decisions = fields.List(fields.Nested(DecisionMade), validate=Length(max=MAX_ITEMS))
    adjustments = _positions_field(validate=Length(max=MAX_ADJUSTMENTS))


class AdjustmentsLink(CommandSchema):
    adjustments = _positions_field(required=True, validate=Length(1, MAX_ADJUSTMENTS))


class ReviewList(AsOf, Paged):
    cycle = fields.String(metadata={"description": CYCLE})
    unit = fields.UUID(metadata={"description": UNIT})
    kind = one_of(*(kind.value for kind in ReviewKind))


class DecisionList(AsOf, Paged):
    cycle = fields.String(metadata={"description": CYCLE})
    unit = fields.UUID(metadata={"description": UNIT})
    owner = fields.UUID()
    state = one_of("open", "done")


class ReviewHistory(History):
    cycle = fields.String(metadata={"description": CYCLE})
    unit = fields.UUID(metadata={"description": UNIT})


class ReviewDecision(Versioned):
    review_id = fields.UUID()
    unit_id = fields.UUID()
    cycle_id = fields.UUID()
    text = fields.String()
    owner = fields.UUID(allow_none=True)
    due_on = fields.Date(allow_none=True)
    state = fields.String(metadata={"description": "`open` or `done`."})
    overdue = fields.Boolean(metadata={"description": "Open after the day on which it was due, as of the moment."})
    done_on = fields.Date(allow_none=True)
    done_by = fields.UUID(allow_none=True)
    author = fields.UUID()
    author_name = fields.String(allow_none=True)
    recorded_at = fields.DateTime()


class RecordedDecision(ReviewDecision, Recorded):
    """A decision as commands answer it."""


class Adjustment(Schema):
    """An event that a review brought about."""

    position = fields.Integer()
    recorded_at = fields.DateTime()
    type = fields.String()
    subject_id = fields.UUID()
    actor = fields.UUID()
    actor_name = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    sentence = fields.String(metadata={"description": "Who did what; what things were called then."})


class Review(Recorded):
    unit_id = fields.UUID()
    cycle_id = fields.UUID()
    kind = fields.String()
    held_on = fields.Date()
    participants = fields.List(fields.UUID())
    what_worked = fields.List(fields.String())
    what_did_not = fields.List(fields.String())
    lessons = fields.List(fields.String())
    decisions = fields.List(fields.Nested(ReviewDecision))
    adjustments = fields.List(fields.Nested(Adjustment))
    author = fields.UUID()
    author_name = fields.String(allow_none=True)
    recorded_at = fields.DateTime()


class FactLookingBack(Fact):
    reviews = fields.List(fields.UUID(), metadata={"description": "The reviews that name the event as an adjustment."})
