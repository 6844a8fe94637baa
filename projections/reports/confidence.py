"""Confidence: how sure owners were over time, and how that compares with what it came to."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from okr_events.domain.decimals import format_decimal, format_decimal_or_null, weighted_mean
from okr_events.domain.schedule.due_dates import due_days
from projections.moment import moment_at_day_end
from projections.reports import check_in_entries
from projections.reports.check_in_entries import ConfidenceStatement
from projections.reports.context import ReportContext
from projections.reports.scores import mean, parse_score

BAND_EDGES = tuple(Decimal(edge) / 10 for edge in range(0, 12, 2))
"""The bounds of five bands of confidence; the last takes 1 in."""


NO_STATEMENT: ConfidenceStatement = ("", 0, "")
StatementsByDay = list[dict[str, ConfidenceStatement]]
"""For each due day, and for what came after the last, what key results' check-ins state, by the key results' ids."""


class ConfidenceOverTime:
    """The mean of the confidence in force on each due day of the cycle as the log stood at that day's end."""

    def __init__(self, asked: ReportContext) -> None:
        self.days = _past_due_days(asked)
        self.day_positions = [moment_at_day_end(date.fromisoformat(day), asked.end, asked.log).position for day in self.days]
        self.day_indexes: dict[str, int] = {}
        self.key_result_ids = {part.row.id for _, part in asked.live_key_results}
        self.statements: StatementsByDay = [{} for _ in range(len(self.days) + 1)]
        """What was first known on a due day."""
        self.replaced_statements: StatementsByDay = [{} for _ in self.days]
        """What was known on a due day, and put right later."""
        for id, said, since in check_in_entries.current_statements(asked):
            self._keep_latest(self.statements[self._day_index(said, since)], id, said)
        for id, said, since, until in check_in_entries.replaced_statements(asked):
            for place in range(self._day_index(said, since), bisect_left(self.day_positions, until)):
                self._keep_latest(self.replaced_statements[place], id, said)

    def _keep_latest(self, told: dict[str, ConfidenceStatement], id: str, said: ConfidenceStatement) -> None:
        if id in self.key_result_ids and said > told.get(id, NO_STATEMENT):
            told[id] = said

    def _day_index(self, said: ConfidenceStatement, since: int) -> int:
        """The first due day on or after the day of which it speaks at whose end it was recorded; else one after the last."""
        day = said[0]
        if day not in self.day_indexes:
            self.day_indexes[day] = bisect_left(self.days, day)
        return max(self.day_indexes[day], bisect_left(self.day_positions, since))

    def as_list(self) -> list[dict[str, Any]]:
        in_force: dict[str, ConfidenceStatement] = {}
        found = []
        for day, stated, once in zip(self.days, self.statements, self.replaced_statements, strict=False):
            in_force |= _latest_statements(in_force, stated)
            told = in_force | _latest_statements(in_force, once)
            counts = Counter(confidence for _, _, confidence in told.values())
            sure = weighted_mean([(Decimal(count), Decimal(confidence)) for confidence, count in counts.items()])
            found.append({"day": day, "stated": len(told), "mean": format_decimal_or_null(sure)})
        return found


def _latest_statements(
    known: Mapping[str, ConfidenceStatement], told: Mapping[str, ConfidenceStatement]
) -> dict[str, ConfidenceStatement]:
    return {id: max(said, known.get(id, NO_STATEMENT)) for id, said in told.items()}


def _past_due_days(asked: ReportContext) -> list[str]:
    """The cycle's due days up to the day of evaluation, or up to the effective day where that is earlier."""
    rhythm = asked.policy["cadence"]
    span = {"starts_on": date.fromisoformat(asked.cycle.starts_on), "ends_on": date.fromisoformat(asked.cycle.ends_on)}
    found = due_days(every=rhythm["every"], weekday=rhythm["weekday"], **span)
    return [day.isoformat() for day in found if day <= min(asked.end.effective_on, asked.end.today)]


def calibration(asked: ReportContext) -> dict[str, Any]:
    """The confidence in force against the score, where there are both: the mean absolute error, the mean difference (above 0
    where owners were too sure), and both means by bands of confidence.
    """
    pairs = [
        (Decimal(part.standing["confidence"]), score)
        for _, part in asked.live_key_results
        if part.standing["confidence"] is not None and (score := parse_score(part)) is not None
    ]
    return {
        "compared": len(pairs),
        "mean_absolute_error": format_decimal_or_null(mean(abs(sure - score) for sure, score in pairs)),
        "mean_difference": format_decimal_or_null(mean(sure - score for sure, score in pairs)),
        "bands": [_serialize_band(low, high, _pairs_in_band(pairs, low, high)) for low, high in pairwise(BAND_EDGES)],
    }


def _pairs_in_band(pairs: Iterable[tuple[Decimal, Decimal]], low: Decimal, high: Decimal) -> list[tuple[Decimal, Decimal]]:
    return [pair for pair in pairs if low <= pair[0] < high or pair[0] == high == BAND_EDGES[-1]]


def _serialize_band(low: Decimal, high: Decimal, pairs: Sequence[tuple[Decimal, Decimal]]) -> dict[str, Any]:
    means = [format_decimal_or_null(mean(each)) for each in ((sure for sure, _ in pairs), (score for _, score in pairs))]
    return {
        "from": format_decimal(low),
        "to": format_decimal(high),
        "compared": len(pairs),
        "confidence": means[0],
        "score": means[1],
    }
