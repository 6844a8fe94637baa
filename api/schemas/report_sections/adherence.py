"""Sections of reports: confidence, health and check-in adherence."""

from marshmallow import Schema, fields

from api.schemas.due_days import DueDayCounts, OwnerTally, Tally, UnitTally
from api.schemas.fields import Number
from api.schemas.report_sections.scores import KeyResultReference


class ConfidenceOn(Schema):
    day = fields.Date()
    stated = fields.Integer(metadata={"description": "The number of key results with a confidence by that day."})
    mean = Number(allow_none=True)


class CalibrationBand(Schema):
    from_ = Number(data_key="from")
    to = Number()
    compared = fields.Integer()
    confidence = Number(allow_none=True)
    score = Number(allow_none=True)


class Calibration(Schema):
    compared = fields.Integer()
    mean_absolute_error = Number(allow_none=True)
    mean_difference = Number(allow_none=True, metadata={"description": "Confidence minus score: above 0 is overconfident."})
    bands = fields.List(fields.Nested(CalibrationBand))


class ConfidenceOverTime(Schema):
    over_time = fields.List(fields.Nested(ConfidenceOn))


class Confidence(ConfidenceOverTime):
    calibration = fields.Nested(Calibration)


class ReportedHealthCounts(Schema):
    reported = fields.String(allow_none=True)
    on_track = fields.Integer()
    at_risk = fields.Integer()
    off_track = fields.Integer()
    pending = fields.Integer()


class Mismatch(KeyResultReference):
    reported = fields.String()
    computed = fields.String()


class HealthTable(Schema):
    table = fields.List(fields.Nested(ReportedHealthCounts), metadata={"description": "Reported (rows) and computed health."})
    effective = fields.Dict(keys=fields.String(), values=fields.Integer())
    mismatches = fields.List(fields.Nested(Mismatch))


class DayCounts(DueDayCounts):
    day = fields.Date()


class AdherenceSection(Schema):
    total = fields.Nested(Tally)
    units = fields.List(fields.Nested(UnitTally))
    owners = fields.List(fields.Nested(OwnerTally))
    days = fields.List(fields.Nested(DayCounts))
