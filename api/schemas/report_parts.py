"""The parts of reports."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from api.schemas.findings import Finding
from api.schemas.kinds import Number
from api.schemas.shapes import Alignment, OwnerTally, Tally, UnitTally


class Place(Schema):
    position = fields.Integer()
    at = fields.DateTime()


class Span(Schema):
    start = fields.Nested(Place)
    end = fields.Nested(Place)


class Scores(Schema):
    scored = fields.Integer()
    unscored = fields.Integer()
    mean = Number(allow_none=True, metadata={"description": "The plain mean of the scores."})
    achieved = fields.Integer()
    partial_ = fields.Integer(data_key="partial")
    missed = fields.Integer()
    below_aim = fields.Integer()
    within_aim = fields.Integer()
    above_aim = fields.Integer()
    too_safe = fields.Integer()
    in_full = fields.Integer(metadata={"description": "Scored 1."})


class Counts(Schema):
    objectives = fields.Integer()
    objectives_cancelled = fields.Integer()
    key_results = fields.Integer()
    key_results_cancelled = fields.Integer()
    key_result_scores = fields.Nested(Scores)
    objective_scores = fields.Nested(Scores)


class LevelCounts(Counts):
    level = fields.String()


class UnitCounts(LevelCounts):
    unit_id = fields.UUID()
    name = fields.String()


class AllCounts(Schema):
    total = fields.Nested(Counts)
    levels = fields.List(fields.Nested(LevelCounts))
    units = fields.List(fields.Nested(UnitCounts), metadata={"description": "Each unit's own, without what lies below it."})


class CommitmentScores(Scores):
    commitment = fields.String()


class Titled(Schema):
    key_result_id = fields.UUID()
    title = fields.String()


class Unscored(Titled):
    owner = fields.UUID(allow_none=True)


class ScoreItem(Unscored):
    objective_id = fields.UUID()
    objective = fields.String()
    unit_id = fields.UUID()
    commitment = fields.String()
    progress = Number(allow_none=True)
    raw_progress = Number(allow_none=True)
    suggested = Number(allow_none=True)
    score = Number(allow_none=True)
    band = fields.String(allow_none=True, validate=OneOf(("achieved", "partial", "missed")))
    scored_at = fields.Integer(allow_none=True, metadata={"description": "The position of the score."})
    late = fields.Boolean(metadata={"description": "Scored after the cycle's last day."})
    decision = fields.String(allow_none=True)
    root_cause = fields.String(allow_none=True)
    wants_root_cause = fields.Boolean()
    confidence = Number(allow_none=True)
    error = Number(allow_none=True, metadata={"description": "The distance of the last confidence from the score."})


class Kinds(Schema):
    kind = fields.String()
    count = fields.Integer()


class Moved(Schema):
    position = fields.Integer()
    recorded_at = fields.DateTime()
    kind = fields.String()
    direction = fields.String(allow_none=True)
    subject = fields.Dict()
    fields_ = fields.Dict(data_key="fields", metadata={"description": "Each with `before` and `after`."})
    sentence = fields.String()
    actor = fields.UUID()
    reason = fields.String(allow_none=True)


class AllMoved(Schema):
    count = fields.Integer()
    kinds = fields.List(fields.Nested(Kinds))
    items = fields.List(fields.Nested(Moved), metadata={"description": "The newest, in order."})
    more = fields.Integer(metadata={"description": "How many older ones are left out: `/v1/changes` has them."})


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


class Obstacle(Titled):
    blocker_id = fields.UUID()
    kind = fields.String()
    text = fields.String()
    owner = fields.UUID(allow_none=True)
    author = fields.UUID()
    state = fields.String(validate=OneOf(("open", "resolved")))
    opened_at = fields.DateTime()
    resolved_on = fields.Date(allow_none=True)
    age_days = fields.Integer()
    position = fields.Integer()


class Obstacles(Schema):
    open = fields.Integer()
    resolved = fields.Integer()
    mean_age_of_open = Number(allow_none=True, metadata={"description": "Days."})
    mean_age_of_resolved = Number(allow_none=True, metadata={"description": "Days."})
    items = fields.List(fields.Nested(Obstacle))
    more = fields.Integer()


class EntryItem(Titled):
    check_in_id = fields.UUID()
    measured_on = fields.Date()
    recorded_at = fields.DateTime()
    position = fields.Integer()
    author = fields.UUID()


class EntriesOf(Schema):
    count = fields.Integer()
    items = fields.List(fields.Nested(EntryItem), metadata={"description": "The newest of them."})
    more = fields.Integer()


class AllEntries(Schema):
    check_ins = fields.Integer()
    late = fields.Nested(EntriesOf)
    corrected = fields.Nested(EntriesOf)
    retracted = fields.Nested(EntriesOf)


class Win(Titled):
    measured_on = fields.Date()
    author = fields.UUID()
    text = fields.String()


class Wins(Schema):
    check_ins = fields.Integer(metadata={"description": "How many check-ins told of wins."})
    items = fields.List(fields.Nested(Win))
    more = fields.Integer()


class Remark(Schema):
    comment_id = fields.UUID()
    subject_id = fields.UUID()
    title = fields.String()
    author = fields.UUID()
    recorded_at = fields.DateTime()
    text = fields.String()


class Milestone(Titled):
    check_in_id = fields.UUID()
    recorded_at = fields.DateTime()
    share = Number()
    progress = Number()
    author = fields.UUID()


class More(Schema):
    milestones = fields.Integer()
    wins = fields.Integer()
    remarks = fields.Integer()


class Celebrated(Schema):
    milestones = fields.List(fields.Nested(Milestone))
    wins = fields.List(fields.Nested(Win))
    remarks = fields.List(fields.Nested(Remark))
    more = fields.Nested(More)


class ReportReview(Schema):
    review_id = fields.UUID()
    unit_id = fields.UUID()
    kind = fields.String()
    held_on = fields.Date()
    participants = fields.List(fields.UUID())
    adjustments = fields.List(fields.Integer())
    author = fields.UUID()


class ReviewText(Schema):
    review_id = fields.UUID()
    unit_id = fields.UUID()
    text = fields.String()


class ReportDecision(ReviewText):
    decision_id = fields.UUID()
    owner = fields.UUID(allow_none=True)
    due_on = fields.Date(allow_none=True)
    done_on = fields.Date(allow_none=True)
    state = fields.String(validate=OneOf(("open", "overdue", "done")))


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


class Decided(Schema):
    decision = fields.String()
    count = fields.Integer()


class CarriedOver(Titled):
    origin = fields.UUID()
    origin_title = fields.String()
    objective_id = fields.UUID()
    cycle_id = fields.UUID()


class Carried(Schema):
    decisions = fields.List(fields.Nested(Decided))
    undecided = fields.Integer()
    wanted = fields.List(fields.Nested(Titled), metadata={"description": "To be carried over, and not done yet."})
    items = fields.List(fields.Nested(CarriedOver))


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


class TurnedObjective(Schema):
    objective_id = fields.UUID()
    title = fields.String()
    unit_id = fields.UUID()
    owner = fields.UUID(allow_none=True)
    before = Number(allow_none=True)
    after = Number(allow_none=True)
    health_before = fields.String(allow_none=True)
    health = fields.String(allow_none=True)


class TurnedKeyResult(Unscored):
    objective_id = fields.UUID()
    before = Number(allow_none=True)
    after = Number(allow_none=True)
    health_before = fields.String(allow_none=True)
    health = fields.String(allow_none=True)
    confidence_before = Number(allow_none=True)
    confidence = Number(allow_none=True)


class TurnedProgress(Schema):
    before = Number(allow_none=True, metadata={"description": "The plain mean of all objectives'; none counts as 0."})
    after = Number(allow_none=True)
    objectives = fields.List(fields.Nested(TurnedObjective))
    key_results = fields.List(fields.Nested(TurnedKeyResult))


class AtRisk(Unscored):
    progress = Number(allow_none=True)
    confidence = Number(allow_none=True)
    reported = fields.String(allow_none=True)
    computed = fields.String()
    effective = fields.String()
    mismatch = fields.Boolean()


class Unconfirmed(Schema):
    alignment_id = fields.UUID()
    child_id = fields.UUID()
    child = fields.String()
    parent_id = fields.UUID()
    parent = fields.String()
    capacity = Number(allow_none=True, metadata={"description": "Person-days."})
