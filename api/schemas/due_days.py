"""Due days and check-in adherence: the queries and the responses."""

from marshmallow import Schema, fields

from api.schemas.fields import Number
from api.schemas.queries import AsOf, Scoped, SortedPage
from api.schemas.response_parts import Moment


class Duties(Scoped, AsOf):
    owner = fields.UUID(metadata={"description": "The id of the person or unit that owns the key results."})


class DueList(Duties, SortedPage):
    pass


class DueDay(Schema):
    key_result_id = fields.UUID()
    title = fields.String()
    objective_id = fields.UUID()
    owner = fields.UUID(allow_none=True)
    due_on = fields.Date(metadata={"description": "The overdue day, or else the next. Not the deadline of the key result."})
    state = fields.String(metadata={"description": "`missed`, `pending`, `on_time` (today) or `done` (answered ahead)."})
    next_due_on = fields.Date(allow_none=True, metadata={"description": "The due day of today or ahead."})
    missed_on = fields.List(fields.Date(), metadata={"description": "All its due days that were missed."})


class DueCheckIn(DueDay):
    owner_name = fields.String(allow_none=True)
    unit_id = fields.UUID(metadata={"description": "The unit of its objective."})
    unit_name = fields.String()
    metric = fields.Dict()
    value = Number(allow_none=True, metadata={"description": "The value in force."})
    milestones = fields.List(fields.String(), allow_none=True, metadata={"description": "The steps that are done."})
    measured_on = fields.Date(allow_none=True, metadata={"description": "The day of the value or milestones in force."})


class Streak(Schema):
    current = fields.Integer(metadata={"description": "Consecutive due days, up to the newest, with every check-in on time."})
    longest = fields.Integer()


class DueDayCounts(Schema):
    on_time = fields.Integer()
    late = fields.Integer()
    missed = fields.Integer()
    pending = fields.Integer(metadata={"description": "Due days without an answer that are ahead or within grace."})
    done = fields.Integer(metadata={"description": "Due days ahead that are answered already."})


class Tally(DueDayCounts):
    adherence = Number(allow_none=True, metadata={"description": "on_time / (on_time + late + missed)"})
    streak = fields.Nested(Streak)


class UnitTally(Tally):
    unit_id = fields.UUID(metadata={"description": "Only this unit, without those below it."})


class OwnerTally(Tally):
    owner = fields.UUID(allow_none=True, metadata={"description": "The owner of the key results on the due days."})


class Adherence(Moment, Tally):
    units = fields.List(fields.Nested(UnitTally))
    owners = fields.List(fields.Nested(OwnerTally))
