"""Check-ins: requests and responses."""

from marshmallow import Schema, fields, post_load
from marshmallow.validate import Length

from api.schemas.blockers import CheckInBlocker, OpenedBlocker
from api.schemas.fields import REASON, CommandSchema, Day, Number, NumberInput, choice, fraction, text, texts
from api.schemas.key_results import MAX_STEPS
from api.schemas.response_parts import AFTER_SEAL, Authored, Recorded
from okr_events.domain.values import Status
from okr_events.json_types import JsonObject

MAX_BATCH = 500


class CheckInBody(CommandSchema):
    value = NumberInput()
    milestones = fields.List(fields.String(), validate=Length(max=MAX_STEPS))
    measured_on = Day()
    confidence = fraction()
    status = choice(Status)
    note = text()
    wins = texts()
    blockers = fields.List(fields.Nested(OpenedBlocker), validate=Length(max=50))
    next_steps = texts()

    @post_load
    def to_plain(self, data: JsonObject, **_: object) -> JsonObject:
        return {**data, **({"status": data["status"].value} if "status" in data else {})}


class CheckInCorrection(CheckInBody):
    """Null withdraws the note or the confidence, and is an error elsewhere."""

    keeps_nulls = True
    reason = text(allow_none=True, metadata={"description": REASON})
    confidence = fraction(allow_none=True)
    note = text(allow_none=True)


class BatchRow(CheckInBody):
    class Meta:
        exclude = ("reason",)

    key_result_id = fields.UUID(required=True)


class CheckInBatch(CommandSchema):
    check_ins = fields.List(fields.Nested(BatchRow), required=True, validate=Length(1, MAX_BATCH))


class Statement(Authored):
    """What a check-in states, originally or after a correction."""

    position = fields.Integer()
    measured_on = fields.Date()
    value = Number(allow_none=True)
    milestones = fields.List(fields.String(), allow_none=True)
    confidence = Number(allow_none=True)
    status = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    wins = fields.List(fields.String())
    blockers = fields.List(fields.Nested(CheckInBlocker))
    next_steps = fields.List(fields.String())


class Correction(Statement):
    """What the check-in states from then on, by whom and why; or its retraction."""

    reason = fields.String(allow_none=True)
    retracted = fields.Boolean()
    after_seal = fields.Boolean()


class CheckIn(Recorded, Statement):
    """What is in force, with the original author and time; the original and every correction remain readable."""

    key_result_id = fields.UUID()
    after_end = fields.Boolean(metadata={"description": "Recorded after the last day of the cycle."})
    late = fields.Boolean(metadata={"description": "The older name of `after_end`.", "deprecated": True})
    after_seal = fields.Boolean(metadata={"description": AFTER_SEAL})
    retracted = fields.Boolean()
    original = fields.Nested(Statement)
    corrections = fields.List(fields.Nested(Correction))


class CheckInResults(Schema):
    items = fields.List(fields.Nested(CheckIn))
    position = fields.Integer(allow_none=True)
