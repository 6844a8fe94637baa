"""Sections of reports: findings and alignment maps."""

from marshmallow import Schema, fields

from api.schemas.alignments import Alignment
from api.schemas.fields import Number
from api.schemas.findings import Finding
from api.schemas.response_parts import OwnedObjective


class FindingCodeCounts(Schema):
    code = fields.String()
    severity = fields.String()
    at_start = fields.Integer()
    at_end = fields.Integer()


class FindingSample(Schema):
    count = fields.Integer()
    items = fields.List(fields.Nested(Finding))
    more = fields.Integer()


class FindingsSection(Schema):
    codes = fields.List(fields.Nested(FindingCodeCounts))
    opened = fields.Nested(FindingSample)
    resolved = fields.Nested(FindingSample)


class MapObjective(OwnedObjective):
    commitment = fields.String()
    state = fields.String()
    progress = Number(allow_none=True)
    health = fields.String(allow_none=True)
    score = Number(allow_none=True)
    key_results = fields.Integer()


class MapLink(Alignment):
    parent = fields.String(metadata={"description": "The title of the parent."})


class ReportMap(Schema):
    position = fields.Integer()
    objectives = fields.List(fields.Nested(MapObjective))
    alignments = fields.List(fields.Nested(MapLink))


class Maps(Schema):
    start = fields.Nested(ReportMap)
    end = fields.Nested(ReportMap)
