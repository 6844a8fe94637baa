"""Milestones: the shares of the way to its target that a key result reaches, each with the first check-in to reach it.

They are computed from the check-ins on every read and never stored.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from operator import attrgetter

from sqlalchemy import Connection, select

from okr_events.domain.decimals import ONE
from okr_events.domain.metrics.directional import DirectionalMetric
from okr_events.domain.metrics.metric import Metric
from okr_events.domain.progress import Measurement, metric_progress
from projections.evaluation.key_results import parse_metric, parse_report
from projections.moment import Moment
from projections.store.batching import batches
from projections.store.lookups import fetch_rows_at
from projections.store.tables import CheckInRow, alignments, check_ins, cycles, key_results, objectives, valid_at

MILESTONE_SHARES = (Decimal("0.25"), Decimal("0.50"), Decimal("0.70"), ONE)


@dataclass(frozen=True, slots=True)
class MilestoneCrossing:
    """A check-in that first reached a milestone `share`, and perhaps lower ones, `shares`, at once."""

    key_result_id: str
    check_in_id: str
    position: int
    recorded_at: int
    share: Decimal
    shares: tuple[Decimal, ...]
    progress: Decimal
    actor: str


def find_milestones(reports: Iterable[tuple[Measurement, Metric]]) -> Iterator[tuple[int, Decimal, tuple[Decimal, ...]]]:
    """The check-ins that first reached milestones, of check-ins with their metrics in the order of recording.

    Yields the check-in's index, the clamped progress after it and the milestones. Metrics evaluated by periods have none.
    """
    ahead: tuple[Decimal, ...] = MILESTONE_SHARES
    in_force = None
    for index, (report, metric) in enumerate(reports):
        in_force = _report_in_force(in_force, report)
        progress = metric_progress(metric, in_force)
        shares = tuple(share for share in ahead if progress and progress.value >= share)
        if progress and shares:
            yield index, progress.value, shares
        ahead = ahead[len(shares) :]


def _report_in_force(in_force: Measurement | None, report: Measurement) -> Measurement | None:
    """The one in force once `report` is recorded."""
    empty = report.value is None and report.milestones is None
    return in_force if empty or (in_force and report.measured_on < in_force.measured_on) else report


def find_crossings(
    connection: Connection, moment: Moment, key_result_ids: Collection[str], *, after: int = 0
) -> list[MilestoneCrossing]:
    """The milestones that key results reached by check-ins recorded after a position and up to the moment, in order.

    Inherited key results reach none, and nothing is reached after a cycle is sealed.
    """
    crossings: list[MilestoneCrossing] = []
    for batch in batches(set(key_result_ids)):
        reported = _ids_with_check_ins(connection, batch, after, moment.position)
        for position, ids in _group_by_last_position(connection, moment.position, reported).items():
            crossings += _find_crossings(connection, position, ids - _inherited_ids(connection, position, ids))
    return sorted((crossing for crossing in crossings if crossing.position > after), key=attrgetter("position"))


def _ids_with_check_ins(connection: Connection, ids: Collection[str], after: int, upto: int) -> set[str]:
    """The key results with check-ins recorded after a position and up to another."""
    between = (check_ins.c.created > after) & (check_ins.c.created <= upto)
    return set(connection.scalars(select(check_ins.c.key_result_id).where(check_ins.c.key_result_id.in_(ids), between)))


def _group_by_last_position(connection: Connection, position: int, ids: Collection[str]) -> dict[int, set[str]]:
    """The key results by the last position whose check-ins count; the closing of a cycle ends it."""
    groups: dict[int, set[str]] = defaultdict(set)
    query = select(key_results.c.id, cycles.c.closed_at).join(cycles, cycles.c.id == key_results.c.cycle_id)
    query = query.where(valid_at(key_results, position), valid_at(cycles, position), key_results.c.id.in_(ids))
    for id, closed_at in connection.execute(query):
        groups[closed_at or position].add(id)
    return groups


def _inherited_ids(connection: Connection, position: int, ids: Collection[str]) -> set[str]:
    """The key results whose progress is that of live objectives."""
    heirs = select(objectives.c.id).where(valid_at(objectives, position), objectives.c.state != "cancelled")
    links = (alignments.c.kind == "explicit") & (alignments.c.state == "active") & alignments.c.child_id.in_(heirs)
    query = select(alignments.c.parent_id).where(valid_at(alignments, position), alignments.c.parent_id.in_(ids), links)
    return set(connection.scalars(query))


def _find_crossings(connection: Connection, position: int, ids: Collection[str]) -> Iterator[MilestoneCrossing]:
    metrics = _fetch_metric_histories(connection, position, ids)
    for id, rows in _fetch_check_ins(connection, position, ids).items():
        reports = ((parse_report(row), metrics[id].metric_at(row.created)) for row in rows)
        for index, progress, shares in find_milestones(reports):
            row, (*lower, share) = rows[index], shares
            yield MilestoneCrossing(id, row.id, row.created, row.recorded_at, share, tuple(lower), progress, row.author)


def _fetch_check_ins(connection: Connection, position: int, ids: Collection[str]) -> dict[str, list[CheckInRow]]:
    """The check-ins of each key result as they stand at a position, in the order of recording."""
    found: dict[str, list[CheckInRow]] = defaultdict(list)
    conditions = check_ins.c.key_result_id.in_(ids), check_ins.c.retracted == 0
    for row in fetch_rows_at(connection, CheckInRow, position, *conditions):
        found[row.key_result_id].append(row)
    return found


@dataclass(slots=True)
class MetricHistory:
    """The metrics of a key result over time, all with its present baseline, since a corrected baseline was always wrong."""

    since: list[int] = field(default_factory=list)
    metrics: list[Metric] = field(default_factory=list)

    def add(self, since: int, metric: Metric) -> None:
        self.since.append(since)
        self.metrics.append(metric)

    def metric_at(self, position: int) -> Metric:
        """The metric in force when a position was recorded."""
        metric, last = self.metrics[bisect_right(self.since, position) - 1], self.metrics[-1]
        if not (isinstance(metric, DirectionalMetric) and isinstance(last, DirectionalMetric)):
            return metric
        return metric.with_baseline(last.baseline if metric.can_start_from(last.baseline) else None)


def _fetch_metric_histories(connection: Connection, position: int, ids: Collection[str]) -> dict[str, MetricHistory]:
    versions = select(key_results.c.id, key_results.c.from_position, key_results.c.metric).where(
        key_results.c.id.in_(ids), key_results.c.from_position <= position
    )
    found: dict[str, MetricHistory] = defaultdict(MetricHistory)
    for id, since, metric in connection.execute(versions.order_by(key_results.c.from_position)):
        found[id].add(since, parse_metric(metric))
    return found
