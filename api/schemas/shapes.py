"""The shapes of answers, for the OpenAPI document."""

from functools import cache

from marshmallow import Schema, fields

from api.schemas.kinds import Number


class FieldError(Schema):
    pointer = fields.String(metadata={"description": "Where, as a JSON pointer into the body."})
    code = fields.String()
    detail = fields.String()


class Problem(Schema):
    """RFC 9457."""

    type = fields.String(metadata={"description": "A stable URI per rule."})
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    instance = fields.String()
    errors = fields.List(fields.Nested(FieldError))
    version = fields.Integer(metadata={"description": "With 412: the current version."})


class Readiness(Schema):
    status = fields.String()
    position = fields.Integer(metadata={"description": "The log's head, when ready."})


class Versioned(Schema):
    id = fields.UUID()
    version = fields.Integer()


class Recorded(Versioned):
    position = fields.Integer(allow_none=True, metadata={"description": "In answers to commands; null in a dry run."})


class Unit(Recorded):
    name = fields.String()
    level = fields.String()
    parent_id = fields.UUID(allow_none=True)
    vision = fields.String(allow_none=True)
    mission = fields.String(allow_none=True)
    time_zone = fields.String(allow_none=True)


class Person(Recorded):
    name = fields.String()
    email = fields.String(allow_none=True)


class Token(Recorded):
    person_id = fields.UUID()
    role = fields.String()
    created_at = fields.DateTime()
    expires_at = fields.DateTime(allow_none=True)
    revoked_at = fields.DateTime(allow_none=True)


class IssuedToken(Token):
    token = fields.String(metadata={"description": "Shown once."})


class Cycle(Recorded):
    name = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date()
    parent_id = fields.UUID(allow_none=True)
    state = fields.String()
    policy = fields.Dict()


class Progress(Schema):
    value = Number(metadata={"description": "Clamped to [0, 1]."})
    raw = Number()
    flags = fields.List(fields.String())
    drivers = fields.Integer(metadata={"description": "How many stand behind a roll-up."})
    not_started = fields.Integer(metadata={"description": "How many of them have no value yet and count as 0."})


class Health(Schema):
    reported = fields.String(allow_none=True)
    computed = fields.String()
    effective = fields.String()
    mismatch = fields.Boolean()


class LatestCheckIn(Schema):
    id = fields.UUID()
    measured_on = fields.Date()
    value = Number(allow_none=True)
    milestones = fields.List(fields.String(), allow_none=True)
    confidence = Number(allow_none=True)
    status = fields.String(allow_none=True)
    author = fields.UUID()
    recorded_at = fields.DateTime()
    position = fields.Integer()


class KeyResult(Recorded):
    objective_id = fields.UUID()
    title = fields.String()
    description = fields.String(allow_none=True)
    metric = fields.Dict()
    weight = Number()
    owner = fields.UUID(allow_none=True)
    due_on = fields.Date()
    state = fields.String()
    value = Number(allow_none=True)
    milestones = fields.List(fields.String(), allow_none=True)
    confidence = Number(allow_none=True)
    progress = fields.Nested(Progress, allow_none=True)
    health = fields.Nested(Health)
    score = Number(allow_none=True)
    latest_check_in = fields.Nested(LatestCheckIn, allow_none=True)
    children = fields.List(fields.Dict())


class Objective(Recorded):
    title = fields.String()
    description = fields.String(allow_none=True)
    unit_id = fields.UUID()
    cycle_id = fields.UUID()
    owner = fields.UUID(allow_none=True)
    commitment = fields.String()
    focus = fields.String()
    urgent = fields.Boolean()
    important = fields.Boolean()
    progress_driver = fields.String()
    state = fields.String()
    progress = fields.Nested(Progress, allow_none=True)
    health = fields.Nested(Health)
    score = Number(allow_none=True)
    key_results = fields.List(fields.Nested(KeyResult))


class Alignment(Recorded):
    child_id = fields.UUID()
    parent_id = fields.UUID()
    kind = fields.String()
    weight = Number()
    state = fields.String()


class Blocker(Schema):
    id = fields.UUID()
    kind = fields.String()
    text = fields.String()
    owner = fields.UUID(allow_none=True)


class Statement(Schema):
    """What a check-in said: at first, or after a correction."""

    position = fields.Integer()
    author = fields.UUID()
    author_name = fields.String(allow_none=True)
    recorded_at = fields.DateTime()
    measured_on = fields.Date()
    value = Number(allow_none=True)
    milestones = fields.List(fields.String(), allow_none=True)
    confidence = Number(allow_none=True)
    status = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    wins = fields.List(fields.String())
    blockers = fields.List(fields.Nested(Blocker))
    next_steps = fields.List(fields.String())


class Correction(Statement):
    """What it said from then on, by whom and why; or that it was withdrawn."""

    reason = fields.String(allow_none=True)
    retracted = fields.Boolean()


class CheckIn(Statement, Recorded):
    """What is in force now, with the first author and time; the original and every correction stay readable."""

    key_result_id = fields.UUID()
    late = fields.Boolean()
    retracted = fields.Boolean()
    original = fields.Nested(Statement)
    corrections = fields.List(fields.Nested(Correction))


class Fact(Schema):
    position = fields.Integer()
    recorded_at = fields.DateTime()
    type = fields.String()
    subject_id = fields.UUID()
    version = fields.Integer()
    actor = fields.UUID()
    actor_name = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    correlation_id = fields.UUID()
    imported = fields.Dict(allow_none=True)
    fields_ = fields.Dict(data_key="fields")


class Moment(Schema):
    as_of = fields.String(allow_none=True)
    position = fields.Integer()
    evaluated_at = fields.DateTime()
    final = fields.Boolean()
    effective_on = fields.Date()


class Node(Objective):
    """An objective in the tree, or `{"ref": id}` where it was told before."""

    children = fields.List(fields.Dict())
    ref = fields.UUID()
    alignment_id = fields.UUID()
    weight = Number()


class AlignmentTree(Moment):
    units = fields.List(fields.Nested(Unit))
    priorities = fields.List(fields.Dict())
    roots = fields.List(fields.Nested(Node), metadata={"description": "With `shape=tree`."})
    objectives = fields.List(fields.Nested(Objective), metadata={"description": "With `shape=graph`."})
    alignments = fields.List(fields.Nested(Alignment))


@cache
def listing(of: type[Schema]) -> type[Schema]:
    """A page of them."""
    items = fields.List(fields.Nested(of))
    return Schema.from_dict({"items": items, "next": fields.String(allow_none=True)}, name=f"{of.__name__}Page")


class CheckInResults(Schema):
    items = fields.List(fields.Nested(CheckIn))
    position = fields.Integer(allow_none=True)
