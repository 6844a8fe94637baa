"""Progress of key results and roll-ups, in exact decimals. `docs/numbers.md` explains the formulas."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from okr_events.domain.decimals import ZERO, clamp, divide, format_decimal, weighted_mean
from okr_events.domain.metrics.completion import MilestonesMetric
from okr_events.domain.metrics.directional import DirectionalMetric
from okr_events.domain.metrics.metric import Metric
from okr_events.domain.metrics.threshold import PeriodicMetric
from okr_events.domain.schedule import due_days
from okr_events.json_types import JsonObject


@dataclass(frozen=True, slots=True)
class Measurement:
    """The value or completed milestones of one check-in, and the day that it measures."""

    measured_on: date
    value: Decimal | None = None
    milestones: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """`raw` as computed and `value` clamped to [0, 1]. A roll-up counts `drivers`; the `not_started` ones have no value yet."""

    value: Decimal
    raw: Decimal
    flags: tuple[str, ...] = ()
    drivers: int = 0
    not_started: int = 0

    def as_dict(self) -> JsonObject:
        return {
            "value": format_decimal(self.value),
            "raw": format_decimal(self.raw),
            "flags": list(self.flags),
            "drivers": self.drivers,
            "not_started": self.not_started,
        }


@dataclass(frozen=True, slots=True)
class Driver:
    """One part of a roll-up; weight 0 does not count, and progress is null before the first value."""

    weight: Decimal
    progress: Progress | None


def metric_progress(metric: Metric, report: Measurement | None) -> Progress | None:
    """The progress of a metric that is not periodic: `(v - b) / (t - b)`, the weight share of completed steps, or 0 and 1."""
    if report is None or isinstance(metric, PeriodicMetric):
        return None
    if isinstance(metric, MilestonesMetric):
        raw: Decimal | None = None if report.milestones is None else metric.raw_progress(list(report.milestones))
    else:
        raw = None if report.value is None else metric.raw_progress(report.value)
    return None if raw is None else Progress(clamp(raw), raw, _progress_flags(metric, report))


def periodic_progress(
    metric: PeriodicMetric, reports: Sequence[Measurement], periods: Sequence[tuple[date, date]]
) -> Progress | None:
    """The share of met periods, up to the last one with a value; null without any.

    `reports` ascend by (measured on, position), `periods` are ascending pairs (previous due day, due day]. The last value of a
    period decides; an earlier period without a value counts as not met.
    """
    deciding = index_deciding_measurements(reports, periods)
    if not deciding:
        return None
    values = (reports[index].value for index in deciding.values())
    met = sum(metric.is_met(value) for value in values if value is not None)
    share = divide(Decimal(met), Decimal(max(deciding) + 1))
    return Progress(share, share)


def index_deciding_measurements(reports: Sequence[Measurement], periods: Sequence[tuple[date, date]]) -> dict[int, int]:
    """For the index of each period with a value, the index of its last report that states one."""
    ends = [due for _, due in periods]
    deciding: dict[int, int] = {}
    for report_index, report in enumerate(reports):
        index = bisect_left(ends, report.measured_on)
        if report.value is not None and index < len(periods) and report.measured_on > periods[index][0]:
            deciding[index] = report_index
    return deciding


def roll_up_progress(drivers: Sequence[Driver]) -> Progress | None:
    """The weighted mean of clamped progress, `sum(w * p) / sum(w)`; null when no driver has a weight above 0."""
    counted = [driver for driver in drivers if driver.weight]
    value = weighted_mean([(d.weight, d.progress.value if d.progress else ZERO) for d in counted])
    if value is None:
        return None
    not_started = sum(driver.progress is None for driver in counted)
    return Progress(value, value, (), len(counted), not_started)


def key_result_periods(due: Sequence[date], *, cycle_starts_on: date, defined_on: date) -> list[tuple[date, date]]:
    """The periods between a key result's due days, from the later of the cycle's start and its definition."""
    return due_days.periods(due_days.days_after_definition(due, defined_on), starts_on=max(cycle_starts_on, defined_on))


def _progress_flags(metric: Metric, report: Measurement) -> tuple[str, ...]:
    if not isinstance(metric, DirectionalMetric) or report.value is None:
        return ()
    flags = {"below_baseline": metric.is_below_baseline(report.value), "beyond_target": metric.is_beyond_target(report.value)}
    return tuple(flag for flag, is_set in flags.items() if is_set)
