"""Key results judged at a moment: progress from what is in force, health from reports, pace and due days."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection, select

from okr_events.domain import health
from okr_events.domain import progress as formulae
from okr_events.domain.health import Health
from okr_events.domain.metrics import metric
from okr_events.domain.metrics.metric import Metric
from okr_events.domain.metrics.threshold import RangeMetric, ThresholdMetric
from okr_events.domain.progress import Measurement, Progress
from okr_events.domain.schedule import due_dates
from okr_events.domain.schedule.due_dates import DueDays
from okr_events.event_log.hash_chain import from_microseconds
from projections.evaluation.cadences import CadenceParts
from projections.moment import Moment
from projections.store.batching import MAX_BATCHES, batches
from projections.store.standings import compute_standing
from projections.store.tables import check_ins, standings, valid_at

RowValues = Mapping[Any, Any]


class CycleRules:
    """A cycle with what its policy says, ready for many key results."""

    def __init__(self, row: Any, moment: Moment) -> None:
        self.row = row
        self.closed = row.state == "closed"
        self.seal_moment = _seal_moment(row, moment) if self.closed else None
        self.starts_on, self.ends_on = date.fromisoformat(row.starts_on), date.fromisoformat(row.ends_on)
        self.elapsed = health.elapsed_share(starts_on=self.starts_on, ends_on=self.ends_on, day=moment.today)
        self._due_days: dict[CadenceParts, DueDays] = {}

    @cached_property
    def policy(self) -> dict[str, Any]:
        policy: dict[str, Any] = orjson.loads(self.row.policy)
        return policy

    def due_days(self, parts: CadenceParts = ()) -> DueDays:
        """The due days where these parts of the cadence are set; the policy says the others."""
        if parts not in self._due_days:
            self._due_days[parts] = DueDays.from_cadence(
                {**self.policy["cadence"], **dict(parts)}, self.starts_on, self.ends_on
            )
        return self._due_days[parts]

    @cached_property
    def pace_thresholds(self) -> dict[str, Decimal]:
        return {name: Decimal(share) for name, share in self.policy["pace"].items()}


def _seal_moment(row: Any, moment: Moment) -> Moment | None:
    """The moment of a cycle's closing, whose numbers stay for ever; null at that very moment."""
    closed = from_microseconds(row.closed)
    if moment.evaluated_at <= closed:
        return None
    effective_on = min(moment.effective_on, moment.local_day(closed))
    return replace(moment, position=row.closed_at, evaluated_at=closed, effective_on=effective_on)


@dataclass(slots=True)
class EvaluatedKeyResult:
    """A key result at the moment: its row, what is in force of its check-ins (`standing`), and what follows from both."""

    row: Any
    live: bool
    weight: Decimal
    due_days: DueDays
    unit_id: str
    standing: RowValues = field(default_factory=dict)
    progress: Progress | None = None
    health: Health | None = None
    contributors: list[Any] = field(default_factory=list)
    initiatives: list[Any] = field(default_factory=list)
    carried_over_to: list[str] = field(default_factory=list)
    closed: bool = False
    current_version: int = 0

    @property
    def version(self) -> int:
        return max(self.current_version, int(self.row.version), int(self.standing["version"]))

    def freeze_at_seal(self, then: "EvaluatedKeyResult") -> None:
        """Stand as it did when its cycle was sealed, but for the version: that is the present one."""
        self.current_version = self.version
        self.row, self.live, self.weight, self.standing = then.row, then.live, then.weight, then.standing
        self.progress, self.health, self.due_days = then.progress, then.health, then.due_days
        self.contributors, self.initiatives = then.contributors, then.initiatives


def evaluate_key_results(
    connection: Connection,
    moment: Moment,
    rules: Mapping[str, CycleRules],
    judged: Sequence[EvaluatedKeyResult],
    ended: Collection[str] = (),
) -> None:
    """Give key results their standing, progress and health; to those that ended only their standing."""
    by_id = {each.row.id: each for each in judged}
    for id, standing in _fetch_standings(connection, moment, by_id, {each.row.cycle_id for each in judged}).items():
        if id in by_id:
            by_id[id].standing = standing
    _evaluate(connection, moment, rules, {id: each for id, each in by_id.items() if id not in ended})


def _evaluate(
    connection: Connection, moment: Moment, rules: Mapping[str, CycleRules], by_id: Mapping[str, EvaluatedKeyResult]
) -> None:
    metrics = {id: parse_metric(each.row.metric) for id, each in by_id.items()}
    periodic = [id for id, measured_by in metrics.items() if measured_by.periodic]
    reports = reports_in_force(connection, moment, periodic) if periodic else {}
    for id, each in by_id.items():
        cycle = rules[each.row.cycle_id]
        each.progress = compute_progress(metrics[id], each, cycle, moment, reports.get(id, ()))
        each.health = compute_health(each, cycle, moment)


@lru_cache(maxsize=4096)
def parse_metric(text: str) -> Metric:
    return metric.parse_metric(orjson.loads(text))


def compute_progress(
    measured_by: Metric, each: EvaluatedKeyResult, cycle: CycleRules, moment: Moment, reports: Collection[Any]
) -> Progress | None:
    """What a key result's own values say; `reports` are those in force, for a metric judged period by period."""
    if isinstance(measured_by, ThresholdMetric | RangeMetric):
        return formulae.periodic_progress(
            measured_by, [parse_report(report) for report in reports], evaluation_periods(each, cycle, moment)
        )
    said = each.standing
    return formulae.metric_progress(measured_by, parse_report(said, said["value_on"])) if said["value_on"] else None


def evaluation_periods(each: EvaluatedKeyResult, cycle: CycleRules, moment: Moment) -> list[tuple[date, date]]:
    """The periods (previous due day, due day] by which a key result that stays somewhere is judged."""
    defined_on = moment.recorded_day(each.row.defined_at)
    return formulae.key_result_periods(each.due_days.days, cycle_starts_on=cycle.starts_on, defined_on=defined_on)


def parse_report(said: RowValues, day: str | None = None) -> Measurement:
    value, milestones = said["value"], said["milestones"]
    return Measurement(
        date.fromisoformat(day or said["measured_on"]),
        None if value is None else Decimal(value),
        None if milestones is None else tuple(orjson.loads(milestones)),
    )


def compute_health(each: EvaluatedKeyResult, cycle: CycleRules, moment: Moment) -> Health:
    """What follows from the key result's progress, its reports and the days gone by."""
    value = each.progress.value if each.progress else None
    computed = health.pace_status(
        value, cycle.elapsed, on_track=cycle.pace_thresholds["on_track"], at_risk=cycle.pace_thresholds["at_risk"]
    )
    return health.key_result_health(
        closed=not each.live or each.closed or cycle.closed,
        outdated=_is_outdated(each, moment),
        reported=each.standing["status"],
        computed=computed,
    )


def _is_outdated(each: EvaluatedKeyResult, moment: Moment) -> bool:
    """A due day's grace is over and nothing was recorded since the due day before it."""
    own: dict[str, Any] = {"defined_on": moment.recorded_day(each.row.defined_at), "grace_days": each.due_days.grace_days}
    since = due_dates.missing_since(each.due_days.days, today=moment.today, **own)
    reported_at = each.standing["reported_at"]
    return since is not None and (not reported_at or moment.recorded_day(reported_at) <= since)


def _fetch_standings(
    connection: Connection, moment: Moment, ids: Collection[str], cycles: Collection[str]
) -> dict[str, RowValues]:
    """What is in force of the check-ins measured on the effective day or before."""
    chosen = [standings.c.id.in_(some) for some in batches(ids)]
    if len(chosen) > MAX_BATCHES:
        chosen = [standings.c.cycle_id.in_(cycles)]
    found: dict[str, RowValues] = {}
    for some in chosen:
        query = select(standings).where(valid_at(standings, moment.position), some)
        found |= {row["id"]: row for row in connection.execute(query).mappings().all()}
    if moment.effective_on < moment.today:
        reports = reports_in_force(connection, moment, ids)
        return {id: _standing_at_effective_day(standing, reports.get(id, ())) for id, standing in found.items()}
    return found


def _standing_at_effective_day(standing: RowValues, reports: Collection[RowValues]) -> RowValues:
    """What those reports put in force; that somebody reported later keeps the key result from being outdated."""
    return {**standing, **compute_standing(reports), "reported_at": standing["reported_at"]}


def reports_in_force(connection: Connection, moment: Moment, ids: Collection[str]) -> dict[str, list[RowValues]]:
    """The check-ins in force, rising by (measured on, position), per key result."""
    found: dict[str, list[RowValues]] = defaultdict(list)
    for some in batches(ids):
        query = (
            select(check_ins)
            .where(valid_at(check_ins, moment.position), check_ins.c.key_result_id.in_(some))
            .where(check_ins.c.retracted == 0, check_ins.c.measured_on <= moment.effective_on.isoformat())
            .order_by(check_ins.c.measured_on, check_ins.c.created)
        )
        for row in connection.execute(query).mappings().all():
            found[row["key_result_id"]].append(row)
    return found
