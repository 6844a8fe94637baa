"""The shapes of answers, for the OpenAPI document."""

from functools import cache

from marshmallow import Schema, fields

from api.schemas.fields import Number

TOUCHES = "In answers to changes that others feel: the aligned objectives."
OWN_CADENCE = "The parts that it sets itself; those left out come from above."
WARNINGS = "In answers to changes that pass a limit of the policy which only warns, or leave out what is asked for."
SINGLE_ONLY = "Of one key result, not in lists and trees."


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


class Cadence(Schema):
    every = fields.String(metadata={"description": "`weekly`, `biweekly` or `monthly`."})
    weekday = fields.String()
    grace_days = fields.Integer()


class Unit(Recorded):
    name = fields.String()
    level = fields.String()
    parent_id = fields.UUID(allow_none=True)
    vision = fields.String(allow_none=True)
    mission = fields.String(allow_none=True)
    time_zone = fields.String(allow_none=True)
    cadence = fields.Nested(Cadence, allow_none=True, metadata={"description": OWN_CADENCE})


class Person(Recorded):
    name = fields.String(metadata={"description": "Of a person who was erased: a mark, also as an author or actor anywhere."})
    email = fields.String(allow_none=True)
    erased = fields.Boolean(metadata={"description": "Lists leave out those who were; their ids stay where they stand."})
    overwritten = fields.Boolean(
        metadata={
            "description": "Of a person who was erased: no file of the register holds more. False: the next start sees to it."
        }
    )


class Token(Recorded):
    person_id = fields.UUID()
    role = fields.String()
    created_at = fields.DateTime()
    expires_at = fields.DateTime(allow_none=True)
    revoked_at = fields.DateTime(allow_none=True)


class IssuedToken(Token):
    token = fields.String(metadata={"description": "Shown once."})


class Calendar(Recorded):
    person_id = fields.UUID(metadata={"description": "Whose it is: erasing them revokes it."})
    owner = fields.UUID(allow_none=True)
    unit = fields.UUID(allow_none=True)
    created_at = fields.DateTime()
    revoked_at = fields.DateTime(allow_none=True)


class IssuedCalendar(Calendar):
    secret = fields.String(metadata={"description": "Shown once."})
    url = fields.String(metadata={"description": "The address to subscribe to, with the secret in it: shown once."})


class Access(Schema):
    number = fields.Integer(metadata={"description": "Rises by one with every entry."})
    at = fields.DateTime()
    person_id = fields.UUID(allow_none=True)
    person_name = fields.String(allow_none=True, metadata={"description": "The name today; null for nobody known."})
    role = fields.String(allow_none=True)
    via = fields.String(metadata={"description": "`http` or `command line`."})
    what = fields.String(metadata={"description": "`feed`, `export`, `replay`, `backup` …"})
    asked = fields.Dict(metadata={"description": "The parameters."})
    position = fields.Integer(metadata={"description": "The log's head when it was asked."})


class CloudEvent(Schema):
    """CloudEvents 1.0 in the structured form; an attribute that nothing is known of is left out."""

    specversion = fields.String(metadata={"description": "`1.0`"})
    id = fields.String(metadata={"description": "The position in the log."})
    source = fields.String()
    type = fields.String(metadata={"description": "The stored name, such as `KeyResult.CheckedIn`."})
    subject = fields.UUID(metadata={"description": "The stream: the thing's id."})
    time = fields.DateTime(metadata={"description": "Recorded at."})
    datacontenttype = fields.String()
    sequence = fields.String(metadata={"description": "The position in 19 digits: as text it sorts like the log."})
    streamversion = fields.Integer(metadata={"description": "The thing's version from this event on."})
    actor = fields.UUID()
    actorname = fields.String(metadata={"description": "The name today."})
    reason = fields.String()
    correlationid = fields.UUID(metadata={"description": "The same for all events of one command."})
    ledgerhash = fields.String(metadata={"description": "The hash chain at this position, in hexadecimal digits."})
    leafhash = fields.String(metadata={"description": "The event's own hash: its leaf in the Merkle tree."})
    importedfile = fields.String(metadata={"description": "The journal it was imported from."})
    importedsha256 = fields.String()
    importedat = fields.DateTime()
    importedrecordedat = fields.String(metadata={"description": "The time that the journal gives."})
    importedtimes = fields.String(metadata={"description": "`claimed` by the journal or `witnessed` by the log."})
    data = fields.Dict(metadata={"description": "The event's fields, words opened."})


class EventPage(Schema):
    items = fields.List(fields.Nested(CloudEvent))
    next = fields.String(metadata={"description": "Where to go on from, always: the last position that was looked at."})


class Horizon(Schema):
    starts_on = fields.Date()
    ends_on = fields.Date()


class Priority(Recorded):
    title = fields.String()
    description = fields.String(allow_none=True)
    perspective = fields.String()
    horizon = fields.Nested(Horizon)
    owner = fields.UUID(allow_none=True)
    state = fields.String()


class Seal(Schema):
    position = fields.Integer(metadata={"description": "Where the cycle was closed: its numbers are those of then."})
    recorded_at = fields.DateTime()
    format = fields.Integer(allow_none=True)
    digest = fields.String(
        allow_none=True,
        metadata={"description": "SHA-256 of the report's canonical JSON; null for the moment until it is recorded."},
    )


class SealedReport(Seal):
    cycle_id = fields.UUID()
    report = fields.Dict(
        metadata={
            "description": "The cycle's objectives, links, scores and policy as of its closing; with cadences since format 2."
        }
    )


class Cycle(Recorded):
    name = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date()
    parent_id = fields.UUID(allow_none=True)
    state = fields.String()
    policy = fields.Dict()
    seal = fields.Nested(Seal, allow_none=True)


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


class Contributor(Schema):
    person_id = fields.UUID()
    role = fields.String()
    due_on = fields.Date(allow_none=True)
    contribution = fields.String(allow_none=True, metadata={"description": SINGLE_ONLY})


class Initiative(Recorded):
    key_result_id = fields.UUID()
    title = fields.String()
    owner = fields.UUID(allow_none=True)
    due_on = fields.Date(allow_none=True)
    done_on = fields.Date(allow_none=True)


class Touched(Schema):
    id = fields.UUID()
    title = fields.String()
    unit_id = fields.UUID()
    owner = fields.UUID(allow_none=True)
    kind = fields.String(metadata={"description": "The kind of link by which it is reached."})
    distance = fields.Integer(metadata={"description": "How many links away."})


class Touches(Schema):
    up = fields.List(fields.Nested(Touched), metadata={"description": "What it serves or rests on."})
    down = fields.List(fields.Nested(Touched), metadata={"description": "What serves it or rests on it."})


class Warning(Schema):
    code = fields.String()
    detail = fields.String()


class KeyResult(Recorded):
    objective_id = fields.UUID()
    title = fields.String()
    description = fields.String(allow_none=True)
    metric = fields.Dict()
    weight = Number()
    owner = fields.UUID(allow_none=True)
    due_on = fields.Date()
    cadence = fields.Nested(Cadence, allow_none=True, metadata={"description": OWN_CADENCE})
    cadence_in_force = fields.Nested(Cadence)
    state = fields.String()
    value = Number(allow_none=True)
    milestones = fields.List(fields.String(), allow_none=True)
    confidence = Number(allow_none=True)
    progress = fields.Nested(Progress, allow_none=True)
    health = fields.Nested(Health)
    score = Number(allow_none=True)
    suggested = Number(allow_none=True, metadata={"description": f"{SINGLE_ONLY} The progress when it was scored."})
    decision = fields.String(allow_none=True, metadata={"description": f"{SINGLE_ONLY} What becomes of it."})
    root_cause = fields.String(allow_none=True, metadata={"description": f"{SINGLE_ONLY} Why the score is what it is."})
    origin = fields.UUID(allow_none=True, metadata={"description": "The key result that it carries on."})
    carried_over_to = fields.List(fields.UUID(), metadata={"description": "The key results that carry it on."})
    latest_check_in = fields.Nested(LatestCheckIn, allow_none=True)
    contributors = fields.List(fields.Nested(Contributor))
    initiatives = fields.List(fields.Nested(Initiative))
    children = fields.List(fields.Dict(), metadata={"description": "In the tree: the objectives that inherit it."})
    touches = fields.Nested(Touches, metadata={"description": TOUCHES})
    warnings = fields.List(fields.Nested(Warning), metadata={"description": WARNINGS})


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
    agreed_by = fields.List(fields.UUID())
    progress = fields.Nested(Progress, allow_none=True)
    health = fields.Nested(Health)
    score = Number(allow_none=True)
    key_results = fields.List(fields.Nested(KeyResult))
    touches = fields.Nested(Touches, metadata={"description": TOUCHES})
    warnings = fields.List(fields.Nested(Warning), metadata={"description": WARNINGS})


class Alignment(Recorded):
    child_id = fields.UUID()
    parent_id = fields.UUID()
    parent_type = fields.String()
    kind = fields.String()
    weight = Number(allow_none=True, metadata={"description": "Null for kinds that count in no roll-up."})
    state = fields.String()
    capacity = Number(allow_none=True, metadata={"description": "Person-days asked of the other side."})
    agreed_capacity = Number(allow_none=True, metadata={"description": "Person-days that the other side confirmed."})
    agreement = fields.String(allow_none=True, metadata={"description": "What was agreed; not in the tree."})
    touches = fields.Nested(Touches, metadata={"description": TOUCHES})


class ToldBlocker(Schema):
    """A blocker as a check-in tells of it."""

    id = fields.UUID()
    kind = fields.String()
    text = fields.String()
    owner = fields.UUID(allow_none=True)
    state = fields.String(
        metadata={"description": "`open`, `resolved`, or `withdrawn`: its check-in was retracted, or tells of others now."}
    )


class Blocker(ToldBlocker, Recorded):
    key_result_id = fields.UUID()
    check_in_id = fields.UUID()
    author = fields.UUID()
    author_name = fields.String(allow_none=True)
    opened_at = fields.DateTime(metadata={"description": "When its check-in was recorded."})
    resolved_on = fields.Date(allow_none=True)
    resolved_by = fields.UUID(allow_none=True)
    age_days = fields.Integer(
        allow_none=True,
        metadata={"description": "Whole days from its opening to its resolution or the moment's day; null when withdrawn."},
    )


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
    blockers = fields.List(fields.Nested(ToldBlocker))
    next_steps = fields.List(fields.String())


class Correction(Statement):
    """What it said from then on, by whom and why; or that it was withdrawn."""

    reason = fields.String(allow_none=True)
    retracted = fields.Boolean()
    after_seal = fields.Boolean()


class CheckIn(Statement, Recorded):
    """What is in force now, with the first author and time; the original and every correction stay readable."""

    key_result_id = fields.UUID()
    late = fields.Boolean(metadata={"description": "Recorded after the last day of its cycle."})
    after_seal = fields.Boolean(metadata={"description": "Recorded after its cycle was sealed: it changes no number of it."})
    retracted = fields.Boolean()
    original = fields.Nested(Statement)
    corrections = fields.List(fields.Nested(Correction))


class CommentSubject(Schema):
    type = fields.String(metadata={"description": "`objective`, `key_result` or `check_in`."})
    id = fields.UUID()


class Comment(Recorded):
    """A remark; it is never changed, so its version is always 1."""

    subject = fields.Nested(CommentSubject)
    kind = fields.String()
    text = fields.String()
    author = fields.UUID()
    author_name = fields.String(allow_none=True)
    recorded_at = fields.DateTime()
    answers_to = fields.UUID(allow_none=True, metadata={"description": "The comment that it answers."})


class Fact(Schema):
    position = fields.Integer()
    recorded_at = fields.DateTime()
    type = fields.String(
        metadata={"description": "A stored name, or `Milestone.Crossed`: what the check-in before it was the first to reach."}
    )
    kind = fields.String(metadata={"description": "`celebration`, of milestones alone."})
    subject_id = fields.UUID()
    felt_from = fields.UUID(
        allow_none=True, metadata={"description": "The aligned objective whose change this is; null for the thing's own facts."}
    )
    version = fields.Integer()
    actor = fields.UUID()
    actor_name = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    correlation_id = fields.UUID()
    imported = fields.Dict(allow_none=True)
    after_seal = fields.Boolean(metadata={"description": "Recorded after the cycle was sealed: it changes no number of it."})
    fields_ = fields.Dict(
        data_key="fields",
        metadata={
            "description": "The event's own; of a milestone its `check_in_id`, the highest `share` that was reached first, the"
            " lower ones in `shares`, and the `progress` then."
        },
    )


class Moment(Schema):
    as_of = fields.String(allow_none=True)
    position = fields.Integer()
    evaluated_at = fields.DateTime()
    final = fields.Boolean()
    effective_on = fields.Date()


class Impact(Moment, Touches):
    objective_id = fields.UUID()


class Node(Objective):
    """An objective in the tree, or `{"ref": id}` where it was told before."""

    children = fields.List(fields.Dict())
    ref = fields.UUID()
    alignment_id = fields.UUID()
    weight = Number()


class AlignmentTree(Moment):
    units = fields.List(fields.Nested(Unit))
    priorities = fields.List(fields.Nested(Priority))
    roots = fields.List(fields.Nested(Node), metadata={"description": "With `shape=tree`."})
    objectives = fields.List(fields.Nested(Objective), metadata={"description": "With `shape=graph`."})
    alignments = fields.List(fields.Nested(Alignment))


class DueDay(Schema):
    key_result_id = fields.UUID()
    title = fields.String()
    objective_id = fields.UUID()
    owner = fields.UUID(allow_none=True)
    due_on = fields.Date()
    state = fields.String(
        metadata={"description": "`missed`; `pending`: within grace, or ahead; `on_time`: ahead, a check-in is there already."}
    )


class Streak(Schema):
    current = fields.Integer(metadata={"description": "Due days in a row, up to the newest, with everything on time."})
    longest = fields.Integer()


class Tally(Schema):
    on_time = fields.Integer()
    late = fields.Integer()
    missed = fields.Integer()
    pending = fields.Integer(metadata={"description": "Due days ahead, or within grace without a check-in."})
    adherence = Number(allow_none=True, metadata={"description": "On time / (on time + late + missed)."})
    streak = fields.Nested(Streak)


class UnitTally(Tally):
    unit_id = fields.UUID(metadata={"description": "Itself, without what is below it."})


class OwnerTally(Tally):
    owner = fields.UUID(allow_none=True, metadata={"description": "Who owned the key results at the end of the due days."})


class Adherence(Moment, Tally):
    units = fields.List(fields.Nested(UnitTally))
    owners = fields.List(fields.Nested(OwnerTally))


@cache
def page_schema(of: type[Schema]) -> type[Schema]:
    """A page of them."""
    items = fields.List(fields.Nested(of))
    return Schema.from_dict({"items": items, "next": fields.String(allow_none=True)}, name=f"{of.__name__}Page")


class CheckInResults(Schema):
    items = fields.List(fields.Nested(CheckIn))
    position = fields.Integer(allow_none=True)


class Serving(Schema):
    id = fields.UUID()
    title = fields.String()
    unit_id = fields.UUID()
    owner = fields.UUID(allow_none=True)
    focus = fields.String()
    state = fields.String()
    progress = fields.Nested(Progress, allow_none=True)
    health = fields.Nested(Health)
    score = Number(allow_none=True)
    dependencies = fields.List(fields.Nested(Alignment), metadata={"description": "Live ones, at either end."})
    overlaps = fields.Integer(
        metadata={"description": "How many objectives of other units serve the same priority at the same time."}
    )


class ServedCycle(Schema):
    cycle_id = fields.UUID()
    name = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date()
    objectives = fields.List(fields.Nested(Serving))


class ServedPriority(Priority):
    cycles = fields.List(fields.Nested(ServedCycle))


class AskedCapacity(Schema):
    """In person-days."""

    unit_id = fields.UUID()
    cycle_id = fields.UUID()
    asked = Number()
    confirmed = Number()


class Roadmap(Moment):
    vision = fields.String(allow_none=True)
    mission = fields.String(allow_none=True)
    priorities = fields.List(fields.Nested(ServedPriority))
    capacity = fields.List(fields.Nested(AskedCapacity))


class Held(Schema):
    """Something in somebody's hands; its own fields depend on what it is."""

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
    due_on = fields.Date(allow_none=True)
    since = fields.DateTime(metadata={"description": "When it came into these hands."})


class Unanswered(Schema):
    id = fields.UUID()
    child_id = fields.UUID()
    parent_id = fields.UUID()
    capacity = Number(allow_none=True)


class Responsibilities(Moment):
    person_id = fields.UUID()
    priorities = fields.List(fields.Nested(Held))
    objectives = fields.List(fields.Nested(Held))
    key_results = fields.List(fields.Nested(Held))
    contributions = fields.List(fields.Nested(Held))
    initiatives = fields.List(fields.Nested(Held))
    blockers = fields.List(fields.Nested(Held), metadata={"description": "Those that are open."})
    decisions = fields.List(fields.Nested(Held), metadata={"description": "Of reviews; those that are not yet carried out."})
    to_confirm = fields.List(fields.Nested(Unanswered), metadata={"description": "Dependencies that wait for an answer."})
