"""Entries of the access log."""

from marshmallow import Schema, fields


class Access(Schema):
    number = fields.Integer(metadata={"description": "Rises by one with every entry."})
    at = fields.DateTime()
    person_id = fields.UUID(allow_none=True)
    person_name = fields.String(allow_none=True, metadata={"description": "The present name; null when nobody is known."})
    role = fields.String(allow_none=True)
    via = fields.String(metadata={"description": "`http` or `command line`."})
    what = fields.String(metadata={"description": "`feed`, `export`, `replay`, `backup` …"})
    asked = fields.Dict(metadata={"description": "The parameters of the request."})
    position = fields.Integer(metadata={"description": "The position of the newest event at the time of the request."})
