"""Parts that the responses of several resources share."""

from functools import cache

from marshmallow import Schema, fields

from api.schemas.component_names import component_name

TOUCHES = "In responses to changes that affect other objectives: the aligned objectives."
WARNINGS = "In responses to changes that exceed a limit of the policy which only warns, or lack a recommended field."
FACT_FIELDS = (
    "The fields of the event; of a milestone `check_in_id`, `share`: the highest reached, `shares`: those below, `progress`."
)
AFTER_SEAL = "Recorded after the cycle was sealed: it changes none of its numbers."


class FieldError(Schema):
    pointer = fields.String(metadata={"description": "A JSON pointer to what is wrong in the body."})
    parameter = fields.String(metadata={"description": "The name of the query parameter, where one is wrong."})
    header = fields.String(metadata={"description": "The name of the header, where one is wrong."})
    code = fields.String()
    detail = fields.String()


class Problem(Schema):
    """RFC 9457."""

    type = fields.String(metadata={"description": "A stable URI for each rule."})
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    instance = fields.String(metadata={"description": "The path of the request."})
    errors = fields.List(
        fields.Nested(FieldError),
        metadata={"description": "With status 422: the first 20; with 404: the parameter whose value names nothing."},
    )
    more_errors = fields.Integer(metadata={"description": "How many errors are left out."})
    version = fields.Integer(metadata={"description": "With status 412: the current version."})


class Readiness(Schema):
    status = fields.String()
    position = fields.Integer(metadata={"description": "The position of the newest event, when the service is ready."})


class Versioned(Schema):
    id = fields.UUID()
    version = fields.Integer()


class Recorded(Versioned):
    position = fields.Integer(allow_none=True, metadata={"description": "In responses to commands; null in a dry run."})


class Authored(Schema):
    author = fields.UUID()
    author_name = fields.String(allow_none=True)
    recorded_at = fields.DateTime()


class RecordedEvent(Schema):
    position = fields.Integer()
    recorded_at = fields.DateTime()
    type = fields.String(metadata={"description": "The stored name of the event, such as `KeyResult.CheckedIn`."})
    actor = fields.UUID()
    actor_name = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)


class Moment(Schema):
    as_of = fields.String(allow_none=True)
    position = fields.Integer()
    evaluated_at = fields.DateTime()
    final = fields.Boolean()
    effective_on = fields.Date()


class PolicyWarning(Schema):
    code = fields.String()
    detail = fields.String()


class OwnedObjective(Schema):
    id = fields.UUID()
    title = fields.String()
    unit_id = fields.UUID()
    owner = fields.UUID(allow_none=True)


class AffectedObjective(OwnedObjective):
    kind = fields.String(metadata={"description": "The kind of the link that leads to it."})
    distance = fields.Integer(metadata={"description": "The number of links between."})


class AffectedObjectives(Schema):
    up = fields.List(fields.Nested(AffectedObjective), metadata={"description": "Objectives that it serves or depends on."})
    down = fields.List(fields.Nested(AffectedObjective), metadata={"description": "Objectives that serve it or depend on it."})


class Fact(RecordedEvent):
    type = fields.String(metadata={"description": "A stored name, or `Milestone.Crossed` after the check-in that reached it."})
    kind = fields.String(metadata={"description": "`celebration`, for milestones only."})
    subject_id = fields.UUID()
    felt_from = fields.UUID(allow_none=True, metadata={"description": "The aligned objective that changed, if another."})
    version = fields.Integer()
    correlation_id = fields.UUID()
    imported = fields.Dict(allow_none=True)
    after_seal = fields.Boolean(metadata={"description": AFTER_SEAL})
    fields_ = fields.Dict(data_key="fields", metadata={"description": FACT_FIELDS})


@cache
def page_schema(item: type[Schema]) -> type[Schema]:
    """A page of items with the cursor of the next page."""
    items = fields.List(fields.Nested(item))
    return Schema.from_dict({"items": items, "next": fields.String(allow_none=True)}, name=f"{component_name(item)}Page")
