"""What the changes are asked, and the shape of their answer."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf

from api.schemas.fields import Number
from api.schemas.queries import Paged
from api.schemas.response_bodies import Moment

FROM = "The earlier moment: an instant, a day (its end in the organisation's time zone; today means now), or `position:N`."
TO = "The later moment, written alike. Default: now."
EFFECTIVE_ON = "In effects, count check-ins measured up to this day. Default: up to the day of `to`."
FIELDS = "Under a field's name, `before` and `after`; the parts of a metric and of a policy under names with dots."


class ChangeList(Paged):
    earlier = fields.String(data_key="from", required=True, validate=Length(1, 64), metadata={"description": FROM})
    to = fields.String(validate=Length(1, 64), metadata={"description": TO})
    effective_on = fields.Date(metadata={"description": EFFECTIVE_ON})
    cycle = fields.String(metadata={"description": "A cycle's id or name: itself and what belongs to it."})
    unit = fields.UUID(
        metadata={"description": "A unit: itself and all below it, at either moment, and what belongs to these."}
    )


class ChangedSubject(Schema):
    type = fields.String(metadata={"description": "What changed: `key_result`, `alignment`, `check_in`, `contributor` …"})
    id = fields.String(metadata={"description": "Its id; a contributor's is the person's."})
    title = fields.String(metadata={"description": "What it was called then."})
    unit_id = fields.UUID(allow_none=True)
    cycle_id = fields.UUID(allow_none=True)
    objective_id = fields.UUID(allow_none=True, metadata={"description": "A link's is its child."})
    key_result_id = fields.UUID(allow_none=True)
    link_kind = fields.String(allow_none=True)


class Turn(Schema):
    before = Number(allow_none=True)
    after = Number(allow_none=True)


class Effect(Turn):
    """An objective's progress right before and right after the change."""

    objective_id = fields.UUID()
    title = fields.String()


class ReportedThen(Schema):
    """Whose check-in it is, of which day, and how late."""

    author = fields.UUID()
    author_name = fields.String(allow_none=True)
    recorded_at = fields.DateTime()
    measured_on = fields.Date()
    days_back = fields.Integer(metadata={"description": "From the day it speaks of to its recording."})
    days_later = fields.Integer(metadata={"description": "From its recording to this change."})
    days_after_cycle = fields.Integer(metadata={"description": "From the cycle's end to this change; 0 before."})
    after_seal = fields.Boolean(metadata={"description": "Recorded after the cycle was sealed: it changes no number of it."})


class NetChange(Schema):
    subject = fields.Nested(ChangedSubject)
    fields_ = fields.Dict(data_key="fields", metadata={"description": FIELDS})
    direction = fields.String(allow_none=True, validate=OneOf(("easier", "harder", "other")))


class Change(NetChange):
    position = fields.Integer()
    recorded_at = fields.DateTime()
    type = fields.String(metadata={"description": "The event's name."})
    kind = fields.String(metadata={"description": "What it changed, such as `target_moved`."})
    sentence = fields.String()
    actor = fields.UUID()
    actor_name = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    correlation_id = fields.UUID()
    imported = fields.Dict(allow_none=True)
    check_in = fields.Nested(ReportedThen, allow_none=True)
    progress = fields.Nested(Turn, allow_none=True, metadata={"description": "The key result's own, where it changed."})
    effects = fields.List(fields.Nested(Effect), metadata={"description": "On the objectives above, the nearest first."})
    more_effects = fields.Integer(metadata={"description": "How many further objectives feel it."})


class LeftOutFacts(Schema):
    """Facts that change no plan."""

    check_ins = fields.Integer()
    comments = fields.Integer()
    markers = fields.Integer(metadata={"description": "They say nothing that no other fact says."})


class Summary(Schema):
    changes = fields.Integer()
    kinds = fields.Dict(values=fields.Integer(), metadata={"description": "How many there are of each kind."})
    left_out = fields.Nested(LeftOutFacts)


class Changes(Schema):
    earlier = fields.Nested(Moment, data_key="from")
    to = fields.Nested(Moment)
    summary = fields.Nested(Summary, metadata={"description": "Of the whole span, whatever the page."})
    items = fields.List(fields.Nested(Change))
    next = fields.String(allow_none=True)
    net = fields.List(
        fields.Nested(NetChange),
        metadata={"description": "What differs between the moments, a subject on the page of its first change."},
    )
    names = fields.Dict(
        values=fields.String(), metadata={"description": "What ids in `fields` are called at the later moment."}
    )
