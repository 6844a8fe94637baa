"""Findings: the query and the response."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf, Range

from api.schemas.fields import IntegerParameter
from api.schemas.queries import Measured, Scoped, SortedPage, moment
from api.schemas.response_parts import Moment
from projections.findings.finding import CODES, SEVERITIES

MAX_FINDINGS = 200
SINCE = "An earlier moment, written like `as_of`: the response adds the findings `opened` and `closed` since then."


class FindingList(Scoped, Measured, SortedPage):
    code = fields.String(validate=OneOf(list(CODES)))
    severity = fields.String(validate=OneOf(SEVERITIES))
    since = moment(SINCE)
    limit = IntegerParameter(load_default=MAX_FINDINGS, validate=Range(1, MAX_FINDINGS))


class Subject(Schema):
    type = fields.String(validate=OneOf(("objective", "key_result", "unit", "alignment")))
    id = fields.UUID()


class Finding(Schema):
    code = fields.String(validate=OneOf(list(CODES)))
    severity = fields.String(validate=OneOf(SEVERITIES))
    subject = fields.Nested(Subject)
    unit_id = fields.UUID()
    cycle_id = fields.UUID()
    sentence = fields.String()
    evidence = fields.List(fields.Integer(), metadata={"description": "The positions of the events that it depends on."})


class Deduction(Schema):
    code = fields.String()
    count = fields.Integer()
    points = fields.Integer()


class Score(Schema):
    unit_id = fields.UUID()
    cycle_id = fields.UUID()
    score = fields.Integer(metadata={"description": "100 minus the deductions, never below 0."})
    deductions = fields.List(fields.Nested(Deduction))


class Findings(Moment):
    items = fields.List(fields.Nested(Finding), metadata={"description": "Sorted by severity, code and age of the subject."})
    next = fields.String(allow_none=True)
    scores = fields.List(fields.Nested(Score), metadata={"description": "For each requested unit and cycle."})
    since = fields.Nested(Moment, metadata={"description": "That moment, with `since`."})
    opened = fields.List(fields.Nested(Finding), metadata={"description": "Found now, not then; with `since`."})
    closed = fields.List(fields.Nested(Finding), metadata={"description": "Found then, not now; with `since`."})
