"""Confidence, health and due days, as reports tell them."""

from marshmallow import Schema, fields

from api.schemas.fields import Number
from api.schemas.report_sections.scores import Titled
from api.schemas.response_bodies import OwnerTally, Tally, UnitTally


class ConfidenceOn(Schema):
    day = fields.Date()
    stated = fields.Integer(metadata={"description": "Key results of which somebody said a confidence by then."})
    mean = Number(allow_none=True)


class Calibrated(Schema):
    from_ = Number(data_key="from")
    to = Number()
    compared = fields.Integer()
    confidence = Number(allow_none=True)
    score = Number(allow_none=True)


class Calibration(Schema):
    compared = fields.Integer()
    mean_absolute_error = Number(allow_none=True)
    mean_difference = Number(allow_none=True, metadata={"description": "Confidence less score: above 0 is too sure."})
    bands = fields.List(fields.Nested(Calibrated))


class OverTime(Schema):
    over_time = fields.List(fields.Nested(ConfidenceOn))


class Confidence(OverTime):
    calibration = fields.Nested(Calibration)


class Reported(Schema):
    reported = fields.String(allow_none=True)
    on_track = fields.Integer()
    at_risk = fields.Integer()
    off_track = fields.Integer()
    pending = fields.Integer()


class Mismatch(Titled):
    reported = fields.String()
    computed = fields.String()


class HealthTable(Schema):
    table = fields.List(fields.Nested(Reported), metadata={"description": "Reported (rows) against computed health."})
    effective = fields.Dict(keys=fields.String(), values=fields.Integer())
    mismatches = fields.List(fields.Nested(Mismatch))


class KeptOn(Schema):
    day = fields.Date()
    on_time = fields.Integer()
    late = fields.Integer()
    missed = fields.Integer()
    pending = fields.Integer()


class Rhythm(Schema):
    total = fields.Nested(Tally)
    units = fields.List(fields.Nested(UnitTally))
    owners = fields.List(fields.Nested(OwnerTally))
    days = fields.List(fields.Nested(KeptOn))
