"""Confidence: how sure owners were over time, and how that compares with what it came to."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from okr_events.cadence import due_days
from okr_events.numbers import EXACT, ZERO, plain, plain_or_null, quotient
from projections.moment import end_of
from projections.reports.asked import Asked
from projections.reports.entries import Entry, replaced
from projections.reports.scores import mean, score_of

EDGES = tuple(Decimal(edge) / 10 for edge in range(0, 12, 2))
"""The bounds of five bands of confidence; the last takes 1 in."""


Stated = tuple[str, int, str]
"""The day of which a check-in speaks, its position, and the confidence that it states: the greatest is in force."""
NOTHING: Stated = ("", 0, "")


class OverTime:
    """The mean of the confidence in force on each due day of the cycle as the log stood at that day's end, taken in check-in
    by check-in.
    """

    def __init__(self, asked: Asked) -> None:
        self.days = _days(asked)
        self.known = [end_of(date.fromisoformat(day), asked.end, asked.log).position for day in self.days]
        self.places: dict[str, int] = {}
        self.live = {part.row.id for _, part in asked.live}
        self.stated: dict[str, dict[int, Stated]] = defaultdict(dict)
        """What was first known on a due day."""
        self.once: dict[str, dict[int, Stated]] = defaultdict(dict)
        """What was known on a due day, and put right later."""
        for entry, until in replaced(asked):
            for place in range(self._place(entry), bisect_left(self.known, until)):
                self._put(self.once, place, entry)

    def take(self, entry: Entry) -> None:
        if not entry.retracted and entry.confidence is not None:
            self._put(self.stated, self._place(entry), entry)

    def _put(self, told: dict[str, dict[int, Stated]], place: int, entry: Entry) -> None:
        if entry.key_result_id in self.live:
            said = (entry.measured_on, entry.created, entry.confidence or "")
            told[entry.key_result_id][place] = max(said, told[entry.key_result_id].get(place, NOTHING))

    def _place(self, entry: Entry) -> int:
        """The first due day on or after the day of which it speaks at whose end it was recorded; else one after the last."""
        if entry.measured_on not in self.places:
            self.places[entry.measured_on] = bisect_left(self.days, entry.measured_on)
        return max(self.places[entry.measured_on], bisect_left(self.known, entry.from_position))

    def as_list(self) -> list[dict[str, Any]]:
        sums, counts = [ZERO] * len(self.days), [0] * len(self.days)
        for id in self.stated.keys() | self.once.keys():
            for place, said in enumerate(self._in_force(self.stated.get(id, {}), self.once.get(id, {}))):
                if said is not NOTHING:
                    sums[place] = EXACT.add(sums[place], Decimal(said[2]))
                    counts[place] += 1
        rows = zip(self.days, sums, counts, strict=True)
        return [{"day": day, "stated": n, "mean": plain(quotient(total, Decimal(n))) if n else None} for day, total, n in rows]

    def _in_force(self, stated: Mapping[int, Stated], once: Mapping[int, Stated]) -> Iterator[Stated]:
        said = NOTHING
        for place in range(len(self.days)):
            said = max(said, stated.get(place, NOTHING))
            yield max(said, once.get(place, NOTHING))


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
