"""Reviews and their decisions: requests and responses."""

from marshmallow import Schema, fields, post_load
from marshmallow.validate import Length, Range

from api.schemas.commands import MAX_PEOPLE
from api.schemas.fields import MAX_ITEMS, CommandSchema, Day, choice, deadline, one_of, stated_deadline, text, texts
from api.schemas.queries import AsOf, History, Paged, Scoped, any_of
from api.schemas.response_parts import Authored, Fact, Recorded, RecordedEvent, Versioned
from okr_events.domain.review import ReviewKind
from okr_events.json_types import JsonObject

MAX_ADJUSTMENTS = 100
MAX_POSITION = 2**62
POSITIONS = "Positions of the events that follow from the review."


def _positions_field(validate: Length, *, required: bool = False) -> fields.List[int]:
    position = fields.Integer(strict=True, validate=Range(1, MAX_POSITION))
    return fields.List(position, metadata={"description": POSITIONS}, validate=validate, required=required)


class DecisionBody(Schema):
    text = text(required=True, metadata={"description": "Stored encrypted."})
    owner = fields.UUID(metadata={"description": "The id of a person or a unit."})
    due_on = deadline()

    @post_load
    def fill_defaults(self, data: JsonObject, **_: object) -> JsonObject:
        return {"owner": None, "due_on": None, **data}


class ReviewRecord(CommandSchema):
    unit_id = fields.UUID(required=True)
    cycle_id = fields.UUID(required=True)
    kind = choice(ReviewKind, required=True)
    held_on = Day(metadata={"description": "Default: today."})
    participants = fields.List(fields.UUID(), validate=Length(max=MAX_PEOPLE))
    what_worked = texts()
    what_did_not = texts()
    lessons = texts()
    decisions = fields.List(fields.Nested(DecisionBody), validate=Length(max=MAX_ITEMS))
    adjustments = _positions_field(Length(max=MAX_ADJUSTMENTS))


class AdjustmentsLink(CommandSchema):
    adjustments = _positions_field(Length(1, MAX_ADJUSTMENTS), required=True)


class ReviewList(Scoped, AsOf, Paged):
    kind = one_of(*(kind.value for kind in ReviewKind))


class DecisionList(Scoped, AsOf, Paged):
    owner = fields.UUID()
    state = any_of("open", "done")


class ReviewHistory(Scoped, History):
    pass


class ReviewDecision(Authored, Versioned):
    review_id = fields.UUID()
    unit_id = fields.UUID()
    cycle_id = fields.UUID()
    text = fields.String()
    owner = fields.UUID(allow_none=True)
    due_on = stated_deadline(allow_none=True)
    state = fields.String(metadata={"description": "`open` or `done`."})
    overdue = fields.Boolean(metadata={"description": "Open after its due day, at the moment of the response."})
    done_on = fields.Date(allow_none=True)
    done_by = fields.UUID(allow_none=True)


class RecordedDecision(ReviewDecision, Recorded):
    """A decision in responses to commands."""


class Adjustment(RecordedEvent):
    """An event that follows from a review."""

    subject_id = fields.UUID()
    sentence = fields.String(metadata={"description": "Who did what, with the titles at that time."})


class Review(Authored, Recorded):
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


class ReviewedFact(Fact):
    reviews = fields.List(fields.UUID(), metadata={"description": "The reviews with this event among their adjustments."})
