"""Calendars: requests and responses."""

from marshmallow import fields

from api.schemas.fields import CommandSchema
from api.schemas.response_parts import Recorded


class CalendarIssue(CommandSchema):
    owner = fields.UUID(metadata={"description": "A person or a unit: due days of what they own. Not together with `unit`."})
    unit = fields.UUID(metadata={"description": "A unit: due days of itself and of all units below it."})


class Calendar(Recorded):
    person_id = fields.UUID(metadata={"description": "The subscriber; erasing this person revokes the calendar."})
    owner = fields.UUID(allow_none=True)
    unit = fields.UUID(allow_none=True)
    created_at = fields.DateTime()
    revoked_at = fields.DateTime(allow_none=True)


class IssuedCalendar(Calendar):
    secret = fields.String(metadata={"description": "Only the first response has it."})
    url = fields.String(metadata={"description": "The address with the secret. Only the first response has it."})
