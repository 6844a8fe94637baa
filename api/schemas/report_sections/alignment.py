"""Findings and maps, as reports tell them."""

from marshmallow import Schema, fields

from api.schemas.fields import Number
from api.schemas.findings import Finding
from api.schemas.response_bodies import Alignment


class FindingsOf(Schema):
    code = fields.String()
    severity = fields.String()
    at_start = fields.Integer()
    at_end = fields.Integer()


class SomeFindings(Schema):
    count = fields.Integer()
    items = fields.List(fields.Nested(Finding))
    more = fields.Integer()


class TurnedFindings(Schema):
    codes = fields.List(fields.Nested(FindingsOf))
    opened = fields.Nested(SomeFindings)
    resolved = fields.Nested(SomeFindings)


class MapObjective(Schema):
    id = fields.UUID()
    title = fields.String()
    unit_id = fields.UUID()
    owner = fields.UUID(allow_none=True)
    commitment = fields.String()
    state = fields.String()
    progress = Number(allow_none=True)
    health = fields.String(allow_none=True)
    score = Number(allow_none=True)
    key_results = fields.Integer()


class MapLink(Alignment):
    parent = fields.String(metadata={"description": "The title of what it leads to."})


class ReportMap(Schema):
    position = fields.Integer()
    objectives = fields.List(fields.Nested(MapObjective))
    alignments = fields.List(fields.Nested(MapLink))


class Maps(Schema):
    start = fields.Nested(ReportMap)
    end = fields.Nested(ReportMap)
