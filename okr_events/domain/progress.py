"""Progress: how far the values say we are. Exact decimals; the formulae are those of `docs/numbers.md`."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from okr_events.domain.decimals import ZERO, clamp, divide, format_decimal, weighted_mean
from okr_events.domain.metrics.completion import MilestonesMetric
from okr_events.domain.metrics.directional import DirectionalMetric
from okr_events.domain.metrics.metric import Metric
from okr_events.domain.metrics.threshold import RangeMetric, ThresholdMetric
from okr_events.domain.schedule import due_dates


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one check-in says in force: the day it speaks about, and a value or the milestones done so far."""

    measured_on: date
    value: Decimal | None = None
    milestones: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """`value` clamped to [0, 1] and `raw` as computed; `drivers` is how many stand behind a roll-up, `not_started` how many
    of them have no value yet (they count as 0).
    """

    value: Decimal
    raw: Decimal
    flags: tuple[str, ...] = ()
    drivers: int = 0
    not_started: int = 0

    def as_dict(self) -> dict[str, Any]:
        return {
            "value": format_decimal(self.value),
            "raw": format_decimal(self.raw),
            "flags": list(self.flags),
            "drivers": self.drivers,
            "not_started": self.not_started,
        }


@dataclass(frozen=True, slots=True)
class Driver:
    """One part of a roll-up: a weight (0 is shown but does not count) and a progress, null when it has not started."""

    weight: Decimal
    progress: Progress | None


def metric_progress(metric: Metric, report: Measurement | None) -> Progress | None:
    """The progress of a metric whose last value decides: `(v - b) / (t - b)`, the weight of the steps done, or 0 and 1."""
    if report is None or isinstance(metric, ThresholdMetric | RangeMetric):
        return None
    if isinstance(metric, MilestonesMetric):
        raw: Decimal | None = None if report.milestones is None else metric.raw_progress(list(report.milestones))
    else:
        raw = None if report.value is None else metric.raw_progress(report.value)
    if raw is None:
        return None
    return Progress(clamp(raw), raw, _progress_flags(metric, report))


def periodic_progress(
    metric: ThresholdMetric | RangeMetric, reports: Sequence[Measurement], periods: Sequence[tuple[date, date]]
) -> Progress | None:
    """The share of periods met, up to the last one reported.

    `reports` rise by (measured on, position); `periods` are pairs (previous due day, due day], rising. A period's last value
    decides; an earlier period without a value counts as not met; none reported is null.
    """
    last = index_deciding_measurements(reports, periods)
    if not last:
        return None
    met = [metric.is_met(value) for value in (reports[place].value for place in last.values()) if value is not None]
    share = divide(Decimal(sum(met)), Decimal(max(last) + 1))
    return Progress(share, share)


def index_deciding_measurements(reports: Sequence[Measurement], periods: Sequence[tuple[date, date]]) -> dict[int, int]:
    """Under the index of each reported period that of the report that decides it: the last one that states a value."""
    ends = [due for _, due in periods]
    last: dict[int, int] = {}
    for place, report in enumerate(reports):
        index = bisect_left(ends, report.measured_on)
        if report.value is not None and index < len(periods) and report.measured_on > periods[index][0]:
            last[index] = place
    return last


def roll_up_progress(drivers: Sequence[Driver]) -> Progress | None:
    """The weighted mean of clamped progress, `sum(w * p) / sum(w)`; null without drivers or when all weights are 0."""
    counted = [driver for driver in drivers if driver.weight]
    value = weighted_mean([(d.weight, d.progress.value if d.progress else ZERO) for d in counted])
    if value is None:
        return None
    not_started = sum(driver.progress is None for driver in counted)
    return Progress(value, value, (), len(counted), not_started)


def key_result_periods(due: Sequence[date], *, cycle_starts_on: date, defined_on: date) -> list[tuple[date, date]]:
    """The periods of a key result: from the later of cycle start and definition, up to each of its own due days."""
    return due_dates.periods(due_dates.days_after_definition(due, defined_on), starts_on=max(cycle_starts_on, defined_on))


def _progress_flags(metric: Metric, report: Measurement) -> tuple[str, ...]:
    if not isinstance(metric, DirectionalMetric) or report.value is None:
        return ()
    below, beyond = metric.is_below_baseline(report.value), metric.is_beyond_target(report.value)
    return ("below_baseline",) * below + ("beyond_target",) * beyond
