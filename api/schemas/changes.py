"""Changes between two moments: the query and the response."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from api.schemas.fields import Day, Number
from api.schemas.queries import Paged, moment
from api.schemas.response_parts import AFTER_SEAL, Authored, Moment, RecordedEvent

MOMENT = "an instant, a day (its end in the organisation's time zone; today means now), or `position:N`."
FROM = f"The earlier moment: {MOMENT}"
TO = f"The later moment: {MOMENT} Default: now."
EFFECTIVE_ON = "Effects count the check-ins measured up to this day. Default: the day of `to`."
FIELDS = "The name of each changed field with its `before` and `after`; parts of metrics and policies have dotted names."


class ChangeList(Paged):
    earlier = moment(FROM, data_key="from", required=True)
    to = moment(TO)
    effective_on = Day(metadata={"description": EFFECTIVE_ON})
    cycle = fields.String(metadata={"description": "The id or the name of a cycle: itself and its goals."})
    unit = fields.UUID(metadata={"description": "The id of a unit: itself, units below it at either moment, their goals."})


class ChangedSubject(Schema):
    type = fields.String(metadata={"description": "`key_result`, `alignment`, `check_in`, `contributor` …"})
    id = fields.String(metadata={"description": "The id; for a contributor the id of the person."})
    title = fields.String(metadata={"description": "The title at that time."})
    unit_id = fields.UUID(allow_none=True)
    cycle_id = fields.UUID(allow_none=True)
    objective_id = fields.UUID(allow_none=True, metadata={"description": "For a link the child objective."})
    key_result_id = fields.UUID(allow_none=True)
    link_kind = fields.String(allow_none=True)


class BeforeAndAfter(Schema):
    before = Number(allow_none=True)
    after = Number(allow_none=True)


class Effect(BeforeAndAfter):
    """The progress of an objective right before and right after the change."""

    objective_id = fields.UUID()
    title = fields.String()


class ChangedCheckIn(Authored):
    measured_on = fields.Date()
    days_back = fields.Integer(metadata={"description": "Days from `measured_on` to the recording."})
    days_later = fields.Integer(metadata={"description": "Days from the recording to this change."})
    days_after_cycle = fields.Integer(metadata={"description": "Days from the end of the cycle to this change; 0 before it."})
    after_seal = fields.Boolean(metadata={"description": AFTER_SEAL})


class NetChange(Schema):
    subject = fields.Nested(ChangedSubject)
    fields_ = fields.Dict(data_key="fields", metadata={"description": FIELDS})
    direction = fields.String(allow_none=True, validate=OneOf(("easier", "harder", "other")))


class Change(NetChange, RecordedEvent):
    kind = fields.String(metadata={"description": "The kind of change, such as `target_moved`."})
    sentence = fields.String()
    correlation_id = fields.UUID()
    imported = fields.Dict(allow_none=True)
    check_in = fields.Nested(ChangedCheckIn, allow_none=True)
    progress = fields.Nested(BeforeAndAfter, allow_none=True, metadata={"description": "Of the key result, where it changed."})
    effects = fields.List(fields.Nested(Effect), metadata={"description": "On the objectives above it, the nearest first."})
    more_effects = fields.Integer(metadata={"description": "The number of further affected objectives."})


class OmittedFacts(Schema):
    """Numbers of events that change no plan."""

    blockers = fields.Integer()
    check_ins = fields.Integer()
    comments = fields.Integer()
    markers = fields.Integer(metadata={"description": "Events that only repeat what another event states."})
    reviews = fields.Integer()


class Summary(Schema):
    changes = fields.Integer()
    kinds = fields.Dict(values=fields.Integer(), metadata={"description": "The number of changes of each kind."})
    left_out = fields.Nested(OmittedFacts)


class Changes(Schema):
    earlier = fields.Nested(Moment, data_key="from")
    to = fields.Nested(Moment)
    summary = fields.Nested(Summary, metadata={"description": "Of all pages."})
    items = fields.List(fields.Nested(Change))
    next = fields.String(allow_none=True)
    net = fields.List(fields.Nested(NetChange), metadata={"description": "The differences, on the page of their first change."})
    names = fields.Dict(values=fields.String(), metadata={"description": "Names of the ids in `fields`, at the later moment."})
