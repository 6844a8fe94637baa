"""Milestones: shares of the way to its target that a key result reached, each told of the check-in that reached it first.

They are worked out from the check-ins as they stand whenever somebody asks, and kept nowhere.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, select

from okr_events.domain.decimals import ONE
from okr_events.domain.metrics.directional import DirectionalMetric
from okr_events.domain.metrics.metric import Metric
from okr_events.domain.progress import Measurement, metric_progress
from projections.evaluation.key_results import parse_metric, parse_report
from projections.moment import Moment
from projections.store.batching import batches
from projections.store.tables import alignments, check_ins, cycles, key_results, objectives, valid_at

MILESTONE_SHARES = (Decimal("0.25"), Decimal("0.50"), Decimal("0.70"), ONE)


@dataclass(frozen=True, slots=True)
class MilestoneCrossing:
    """A check-in that reached milestones first: `share` is the highest of them, `shares` are those below it, if any."""

    key_result_id: str
    check_in_id: str
    position: int
    recorded_at: int
    share: Decimal
    shares: tuple[Decimal, ...]
    progress: Decimal
    actor: str


def find_milestones(told: Iterable[tuple[Measurement, Metric]]) -> Iterator[tuple[int, Decimal, tuple[Decimal, ...]]]:
    """Which of some check-ins, told in the order of their recording, each with its metric, reached milestones first.

    Gives the number of each of them, the clamped progress after it, and the milestones. Metrics that are judged period by
    period have none.
    """
    ahead: tuple[Decimal, ...] = MILESTONE_SHARES
    in_force = None
    for number, (report, metric) in enumerate(told):
        in_force = _report_in_force(in_force, report)
        progress = metric_progress(metric, in_force)
        shares = tuple(share for share in ahead if progress and progress.value >= share)
        if progress and shares:
            yield number, progress.value, shares
        ahead = ahead[len(shares) :]


def _report_in_force(in_force: Measurement | None, report: Measurement) -> Measurement | None:
    """Which of the two is in force once the second is recorded."""
    says_nothing = report.value is None and report.milestones is None
    return in_force if says_nothing or (in_force and report.measured_on < in_force.measured_on) else report


def find_crossings(
    connection: Connection, moment: Moment, key_result_ids: Collection[str], *, after: int = 0
) -> list[MilestoneCrossing]:
    """The milestones that key results reached by check-ins recorded after a position and up to the moment, in order.

    Those that objectives have inherited reach none, and nothing is reached once a cycle is sealed.
    """
    found: list[MilestoneCrossing] = []
    for some in batches(set(key_result_ids)):
        for upto, ids in _group_by_last_position(
            connection, moment.position, _ids_with_check_ins(connection, some, after, moment.position)
        ).items():
            found += _find_crossings(connection, upto, ids - _inherited_ids(connection, upto, ids))
    return sorted((each for each in found if each.position > after), key=attrgetter("position"))


def _ids_with_check_ins(connection: Connection, ids: Collection[str], after: int, upto: int) -> set[str]:
    """Those of them on which somebody checked in after a position and up to another."""
    within = (check_ins.c.created > after) & (check_ins.c.created <= upto)
    return set(connection.scalars(select(check_ins.c.key_result_id).where(check_ins.c.key_result_id.in_(ids), within)))


def _group_by_last_position(connection: Connection, position: int, ids: Collection[str]) -> dict[int, set[str]]:
    """The key results under the position up to which their check-ins count: what follows a sealing changes no number."""
    found: dict[int, set[str]] = defaultdict(set)
    theirs = select(key_results.c.id, cycles.c.closed_at).join(cycles, cycles.c.id == key_results.c.cycle_id)
    for id, closed_at in connection.execute(
        theirs.where(valid_at(key_results, position), valid_at(cycles, position), key_results.c.id.in_(ids))
    ):
        found[closed_at or position].add(id)
    return found


def _inherited_ids(connection: Connection, position: int, ids: Collection[str]) -> set[str]:
    """Those whose progress is that of live objectives."""
    heirs = select(objectives.c.id).where(valid_at(objectives, position), objectives.c.state != "cancelled")
    links = (alignments.c.kind == "explicit") & (alignments.c.state == "active") & alignments.c.child_id.in_(heirs)
    return set(
        connection.scalars(
            select(alignments.c.parent_id).where(valid_at(alignments, position), alignments.c.parent_id.in_(ids), links)
        )
    )


def _find_crossings(connection: Connection, position: int, ids: Collection[str]) -> Iterator[MilestoneCrossing]:
    metrics = _fetch_metric_histories(connection, position, ids)
    for id, rows in _fetch_check_ins(connection, position, ids).items():
        for number, progress, shares in find_milestones(
            (parse_report(row), metrics[id].metric_at(row["created"])) for row in rows
        ):
            row = rows[number]
            said = {"position": row["created"], "recorded_at": row["recorded_at"], "actor": row["author"]}
            yield MilestoneCrossing(id, row["id"], share=shares[-1], shares=shares[:-1], progress=progress, **said)


def _fetch_check_ins(connection: Connection, position: int, ids: Collection[str]) -> dict[str, list[Any]]:
    """The check-ins as they stand at a position, in the order of their recording."""
    theirs = select(check_ins).where(
        valid_at(check_ins, position), check_ins.c.key_result_id.in_(ids), check_ins.c.retracted == 0
    )
    found: dict[str, list[Any]] = defaultdict(list)
    for row in connection.execute(theirs.order_by(check_ins.c.created)).mappings():
        found[row["key_result_id"]].append(row)
    return found


class MetricHistory:
    """What a key result was measured by, with its baseline as it stands: one that was captured wrongly was never right."""

    def __init__(self) -> None:
        self.since: list[int] = []
        self.metrics: list[Metric] = []

    def add(self, since: int, metric: Metric) -> None:
        self.since.append(since)
        self.metrics.append(metric)

    def metric_at(self, position: int) -> Metric:
        """The metric in force when a position was recorded."""
        then, last = self.metrics[bisect_right(self.since, position) - 1], self.metrics[-1]
        if not (isinstance(then, DirectionalMetric) and isinstance(last, DirectionalMetric)):
            return then
        return then.with_baseline(last.baseline if then.can_start_from(last.baseline) else None)


def _fetch_metric_histories(connection: Connection, position: int, ids: Collection[str]) -> dict[str, MetricHistory]:
    versions = select(key_results.c.id, key_results.c.from_position, key_results.c.metric).where(
        key_results.c.id.in_(ids), key_results.c.from_position <= position
    )
    found: dict[str, MetricHistory] = defaultdict(MetricHistory)
    for id, since, metric in connection.execute(versions.order_by(key_results.c.from_position)):
        found[id].add(since, parse_metric(metric))
    return found
