"""Bodies of commands that several resources take."""

from marshmallow import fields
from marshmallow.validate import Range

from api.schemas.fields import CommandSchema, flag, one_of
from okr_events.domain.policy import MAX_GRACE_DAYS
from okr_events.domain.schedule.due_days import FREQUENCIES, WEEKDAYS

MAX_PEOPLE = 50


class NoFields(CommandSchema):
    pass


class CadenceSetting(CommandSchema):
    every = one_of(*FREQUENCIES, metadata={"description": "Omitted parts are inherited; all of them with `inherited`."})
    weekday = one_of(*WEEKDAYS)
    grace_days = fields.Integer(strict=True, validate=Range(0, MAX_GRACE_DAYS))
    inherited = flag()


class Closing(CommandSchema):
    allow_unscored = fields.Boolean(truthy={True}, falsy={False}, load_default=False)


class Reassignment(CommandSchema):
    owner = fields.UUID(required=True)
