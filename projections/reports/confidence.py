"""Confidence: how sure owners were over time, and how that compares with what it came to."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from okr_events.cadence import due_days
from okr_events.numbers import EXACT, ZERO, plain, plain_or_null, quotient
from projections.reports.asked import Asked
from projections.reports.entries import Entry
from projections.reports.scores import mean, score_of

EDGES = tuple(Decimal(edge) / 10 for edge in range(0, 12, 2))
"""The bounds of five bands of confidence; the last takes 1 in."""


class OverTime:
    """The mean of the confidence in force on each due day of the cycle, taken in check-in by check-in."""

    def __init__(self, asked: Asked) -> None:
        self.days = _days(asked)
        self.places: dict[str, int] = {}
        self.stated: dict[str, dict[int, tuple[str, int, str]]] = defaultdict(dict)
        self.live = {part.row.id for _, part in asked.live}

    def take(self, entry: Entry) -> None:
        """The last by (measured on, position) of each stretch between two due days counts."""
        if entry.confidence is None or entry.key_result_id not in self.live:
            return
        place = self._place(entry.measured_on)
        mine, said = self.stated[entry.key_result_id], (entry.measured_on, entry.created, entry.confidence)
        if place not in mine or said > mine[place]:
            mine[place] = said

    def _place(self, day: str) -> int:
        """The first due day on or after a day; one after the last when there is none."""
        if day not in self.places:
            self.places[day] = sum(due < day for due in self.days)
        return self.places[day]

    def as_list(self) -> list[dict[str, Any]]:
        sums, counts = [ZERO] * len(self.days), [0] * len(self.days)
        for stated in self.stated.values():
            said = None
            for place in range(len(self.days)):
                said = stated.get(place, said)
                if said:
                    sums[place] = EXACT.add(sums[place], Decimal(said[2]))
                    counts[place] += 1
        rows = zip(self.days, sums, counts, strict=True)
        return [{"day": day, "stated": n, "mean": plain(quotient(total, Decimal(n))) if n else None} for day, total, n in rows]


def _days(asked: Asked) -> list[str]:
    """The cycle's due days up to the day of evaluation."""
    rhythm = asked.policy["cadence"]
    span = {"starts_on": date.fromisoformat(asked.cycle.starts_on), "ends_on": date.fromisoformat(asked.cycle.ends_on)}
    found = due_days(every=rhythm["every"], weekday=rhythm["weekday"], **span)
    return [day.isoformat() for day in found if day <= asked.end.effective_on]


def calibration(asked: Asked) -> dict[str, Any]:
    """The confidence in force against the score, where there are both: the mean absolute error, the mean difference (above 0
    where owners were too sure), and both means by bands of confidence.
    """
    pairs = [
        (Decimal(part.standing["confidence"]), score)
        for _, part in asked.live
        if part.standing["confidence"] is not None and (score := score_of(part)) is not None
    ]
    return {
        "compared": len(pairs),
        "mean_absolute_error": plain_or_null(mean(abs(sure - score) for sure, score in pairs)),
        "mean_difference": plain_or_null(mean(sure - score for sure, score in pairs)),
        "bands": [_band(low, high, _within(pairs, low, high)) for low, high in pairwise(EDGES)],
    }


def _within(pairs: Iterable[tuple[Decimal, Decimal]], low: Decimal, high: Decimal) -> list[tuple[Decimal, Decimal]]:
    return [pair for pair in pairs if low <= pair[0] < high or pair[0] == high == EDGES[-1]]


def _band(low: Decimal, high: Decimal, pairs: Sequence[tuple[Decimal, Decimal]]) -> dict[str, Any]:
    means = [plain_or_null(mean(each)) for each in ((sure for sure, _ in pairs), (score for _, score in pairs))]
    return {"from": plain(low), "to": plain(high), "compared": len(pairs), "confidence": means[0], "score": means[1]}
