"""Key results evaluated at a moment: progress from what is in force, health from reports, pace and due days."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache

import orjson
from sqlalchemy import Connection

from okr_events.domain import health
from okr_events.domain import progress as formulae
from okr_events.domain.health import Health
from okr_events.domain.metrics import metric
from okr_events.domain.metrics.metric import Metric
from okr_events.domain.metrics.threshold import PeriodicMetric
from okr_events.domain.progress import Measurement, Progress
from okr_events.domain.schedule.due_days import DueDays
from okr_events.domain.schedule.overdue import OverdueDays
from okr_events.event_log.hash_chain import from_microseconds
from okr_events.json_types import JsonObject
from projections.evaluation.cadences import CadenceParts
from projections.evaluation.outdated import LastReports, find_outdated
from projections.moment import Moment
from projections.store.standings import NOTHING_STATED, fetch_reports_in_force
from projections.store.tables import CheckInRow, ContributorRow, CycleRow, InitiativeRow, KeyResultRow, StandingRow


class CycleRules:
    """A cycle with its parsed policy, shared by its key results.

    `judged_on` is the day on which a retrospective judges health, if it has come; scores and closing are left out of it there.
    """

    def __init__(self, row: CycleRow, moment: Moment, judged_on: date | None = None) -> None:
        self.row = row
        self.in_retrospect = judged_on is not None
        self.today = min(moment.today, judged_on or moment.today)
        self.closed = row.state == "closed"
        self.seal_moment = _seal_moment(row, moment) if self.closed else None
        self.starts_on, self.ends_on = date.fromisoformat(row.starts_on), date.fromisoformat(row.ends_on)
        self.elapsed = health.elapsed_share(starts_on=self.starts_on, ends_on=self.ends_on, day=self.today)
        self._due_days: dict[CadenceParts, DueDays] = {}

    @cached_property
    def policy(self) -> JsonObject:
        policy: JsonObject = orjson.loads(self.row.policy)
        return policy

    def due_days(self, parts: CadenceParts = ()) -> DueDays:
        """The due days with these parts of the cadence; the policy sets the others."""
        if parts not in self._due_days:
            cadence = {**self.policy["cadence"], **dict(parts)}
            self._due_days[parts] = DueDays.from_cadence(cadence, self.starts_on, self.ends_on)
        return self._due_days[parts]

    @cached_property
    def pace_thresholds(self) -> dict[str, Decimal]:
        return {name: Decimal(share) for name, share in self.policy["pace"].items()}


def _seal_moment(row: CycleRow, moment: Moment) -> Moment | None:
    """The moment of a cycle's closing, whose numbers are final; null at that moment itself."""
    if row.closed is None or row.closed_at is None or moment.evaluated_at <= (closed := from_microseconds(row.closed)):
        return None
    effective_on = min(moment.effective_on, moment.local_day(closed))
    return replace(moment, position=row.closed_at, evaluated_at=closed, effective_on=effective_on)


@dataclass(slots=True)
class EvaluatedKeyResult:
    """A key result at the moment: its row, what is in force of its check-ins, and the numbers that follow."""

    row: KeyResultRow
    live: bool
    weight: Decimal
    due_days: DueDays
    unit_id: str
    standing: StandingRow = field(default_factory=lambda: NOTHING_STATED)
    progress: Progress | None = None
    health: Health | None = None
    contributors: list[ContributorRow] = field(default_factory=list)
    initiatives: list[InitiativeRow] = field(default_factory=list)
    carried_over_to: list[str] = field(default_factory=list)
    closed: bool = False
    outdated: bool = False
    current_version: int = 0
    """The version that check-ins reached, or that the key result has now where its cycle is sealed."""

    @property
    def judged(self) -> bool:
        """Whether it has a score, or its objective or cycle is closed."""
        return self.closed or self.row.score is not None

    @property
    def version(self) -> int:
        return max(self.current_version, self.row.version)

    def freeze_at_seal(self, at_seal: "EvaluatedKeyResult") -> None:
        """Take the state at the seal of its cycle, but keep the present version."""
        self.current_version = self.version
        self.row, self.live, self.weight, self.standing = at_seal.row, at_seal.live, at_seal.weight, at_seal.standing
        self.progress, self.health, self.due_days = at_seal.progress, at_seal.health, at_seal.due_days
        self.contributors, self.initiatives = at_seal.contributors, at_seal.initiatives


def evaluate_key_results(
    connection: Connection,
    moment: Moment,
    rules: Mapping[str, CycleRules],
    key_results: Sequence[EvaluatedKeyResult],
    standings: Mapping[str, StandingRow],
    sealed: Collection[str] = (),
) -> None:
    """Set the standing, progress and health of key results; of those in `sealed` only the standing."""
    by_id = {key_result.row.id: key_result for key_result in key_results}
    for id, standing in standings.items():
        by_id[id].standing, by_id[id].current_version = standing, standing.version
    unsealed = {id: key_result for id, key_result in by_id.items() if id not in sealed}
    metrics = {id: parse_metric(key_result.row.metric) for id, key_result in unsealed.items()}
    periodic = [id for id, metric in metrics.items() if metric.periodic]
    reports = fetch_reports_in_force(connection, moment, periodic) if periodic else {}
    outdated = find_outdated(connection, moment, _last_reports(unsealed, rules, moment))
    for id, key_result in unsealed.items():
        key_result.outdated = id in outdated
        cycle = rules[key_result.row.cycle_id]
        key_result.progress = compute_progress(metrics[id], key_result, cycle, moment, reports.get(id, ()))
        key_result.health = compute_health(key_result, cycle)


@lru_cache(maxsize=4096)
def parse_metric(text: str) -> Metric:
    return metric.parse_metric(orjson.loads(text))


def compute_progress(
    metric: Metric, key_result: EvaluatedKeyResult, cycle: CycleRules, moment: Moment, reports: Collection[CheckInRow]
) -> Progress | None:
    """The progress of a key result's own values; `reports` are those in force, for a metric evaluated by periods."""
    if isinstance(metric, PeriodicMetric):
        periods = evaluation_periods(key_result, cycle, moment)
        return formulae.periodic_progress(metric, [parse_report(report) for report in reports], periods)
    return formulae.metric_progress(metric, parse_standing(key_result.standing))


def evaluation_periods(key_result: EvaluatedKeyResult, cycle: CycleRules, moment: Moment) -> list[tuple[date, date]]:
    """The periods (previous due day, due day] of a key result whose metric is evaluated by periods."""
    defined_on = moment.recorded_day(key_result.row.defined_at)
    return formulae.key_result_periods(key_result.due_days.days, cycle_starts_on=cycle.starts_on, defined_on=defined_on)


def parse_report(row: CheckInRow) -> Measurement:
    return _parse_measurement(row.measured_on, row.value, row.milestones)


def parse_standing(standing: StandingRow) -> Measurement | None:
    """The value or milestones in force; null when no check-in states any."""
    day = standing.value_on
    return _parse_measurement(day, standing.value, standing.milestones) if day else None


def _parse_measurement(day: str, value: str | None, milestones: str | None) -> Measurement:
    return Measurement(
        date.fromisoformat(day),
        None if value is None else Decimal(value),
        None if milestones is None else tuple(orjson.loads(milestones)),
    )


def _last_reports(
    key_results: Mapping[str, EvaluatedKeyResult], rules: Mapping[str, CycleRules], moment: Moment
) -> LastReports:
    """The overdue days and the last check-in of key results; none is outdated after the last day of its cycle."""
    reports: dict[str, tuple[OverdueDays, date | None]] = {}
    for id, key_result in key_results.items():
        cycle, reported_at = rules[key_result.row.cycle_id], key_result.standing.reported_at
        if cycle.today <= cycle.ends_on:
            overdue = key_result.due_days.overdue(defined_on=moment.recorded_day(key_result.row.defined_at), today=cycle.today)
            reports[id] = overdue, moment.recorded_day(reported_at) if reported_at else None
    return reports


def compute_health(key_result: EvaluatedKeyResult, cycle: CycleRules) -> Health:
    """Health from the key result's progress, its reports and the elapsed days; a scored one is closed."""
    value = key_result.progress.value if key_result.progress else None
    thresholds = cycle.pace_thresholds
    computed = health.pace_status(value, cycle.elapsed, on_track=thresholds["on_track"], at_risk=thresholds["at_risk"])
    return health.key_result_health(
        closed=not key_result.live or (key_result.judged and not cycle.in_retrospect),
        outdated=key_result.outdated,
        reported=key_result.standing.status,
        computed=computed,
    )
