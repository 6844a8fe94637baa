"""People and their responsibilities: requests and responses."""

from marshmallow import Schema, fields
from marshmallow.validate import Email, Length

from api.schemas.fields import ChangeSchema, CommandSchema, Number, OneLine, stated_deadline
from api.schemas.response_parts import Moment, Recorded


class PersonAddition(CommandSchema):
    name = OneLine(required=True)
    email = fields.String(validate=[Length(max=254), Email()])


class PersonChange(ChangeSchema):
    name = OneLine()
    email = fields.String(allow_none=True, validate=[Length(max=254), Email()])


class Person(Recorded):
    name = fields.String(metadata={"description": "Once the person is erased: an erasure mark, as in all other responses."})
    email = fields.String(allow_none=True)
    erased = fields.Boolean(metadata={"description": "Lists omit erased people; their ids remain in events."})
    overwritten = fields.Boolean(metadata={"description": "False until the files are overwritten, after an erasure."})


class Responsibility(Schema):
    """A goal, contribution, initiative, blocker or decision of a person; its members depend on its type."""

    id = fields.UUID()
    title = fields.String()
    unit_id = fields.UUID()
    cycle_id = fields.UUID()
    objective_id = fields.UUID()
    key_result_id = fields.UUID()
    role = fields.String()
    state = fields.String()
    kind = fields.String()
    text = fields.String()
    review_id = fields.UUID()
    due_on = stated_deadline(allow_none=True)
    since = fields.DateTime(metadata={"description": "When the person took it over."})


class UnansweredDependency(Schema):
    id = fields.UUID()
    child_id = fields.UUID()
    parent_id = fields.UUID()
    capacity = Number(allow_none=True, metadata={"description": "In person-days."})


class Responsibilities(Moment):
    person_id = fields.UUID()
    priorities = fields.List(fields.Nested(Responsibility))
    objectives = fields.List(fields.Nested(Responsibility))
    key_results = fields.List(fields.Nested(Responsibility))
    contributions = fields.List(fields.Nested(Responsibility))
    initiatives = fields.List(fields.Nested(Responsibility))
    blockers = fields.List(fields.Nested(Responsibility), metadata={"description": "Open blockers."})
    decisions = fields.List(fields.Nested(Responsibility), metadata={"description": "Open decisions of reviews."})
    to_confirm = fields.List(fields.Nested(UnansweredDependency), metadata={"description": "Dependencies awaiting a reply."})
