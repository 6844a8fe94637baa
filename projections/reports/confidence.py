"""Confidence: how sure owners were over time, and how that compares with what it came to."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from okr_events.domain.decimals import plain, plain_or_null, weighted_mean
from okr_events.domain.schedule.due_dates import due_days
from projections.moment import end_of
from projections.reports import check_in_entries
from projections.reports.check_in_entries import Stated
from projections.reports.context import Asked
from projections.reports.scores import mean, score_of

EDGES = tuple(Decimal(edge) / 10 for edge in range(0, 12, 2))
"""The bounds of five bands of confidence; the last takes 1 in."""


NOTHING: Stated = ("", 0, "")
Told = list[dict[str, Stated]]
"""For each due day, and for what came after the last, what key results' check-ins state, by the key results' ids."""


class OverTime:
    """The mean of the confidence in force on each due day of the cycle as the log stood at that day's end."""

    def __init__(self, asked: Asked) -> None:
        self.days = _days(asked)
        self.known = [end_of(date.fromisoformat(day), asked.end, asked.log).position for day in self.days]
        self.places: dict[str, int] = {}
        self.live = {part.row.id for _, part in asked.live}
        self.stated: Told = [{} for _ in range(len(self.days) + 1)]
        """What was first known on a due day."""
        self.once: Told = [{} for _ in self.days]
        """What was known on a due day, and put right later."""
        for id, said, since in check_in_entries.stated(asked):
            self._put(self.stated[self._place(said, since)], id, said)
        for id, said, since, until in check_in_entries.replaced(asked):
            for place in range(self._place(said, since), bisect_left(self.known, until)):
                self._put(self.once[place], id, said)

    def _put(self, told: dict[str, Stated], id: str, said: Stated) -> None:
        if id in self.live and said > told.get(id, NOTHING):
            told[id] = said

    def _place(self, said: Stated, since: int) -> int:
        """The first due day on or after the day of which it speaks at whose end it was recorded; else one after the last."""
        day = said[0]
        if day not in self.places:
            self.places[day] = bisect_left(self.days, day)
        return max(self.places[day], bisect_left(self.known, since))

    def as_list(self) -> list[dict[str, Any]]:
        in_force: dict[str, Stated] = {}
        found = []
        for day, stated, once in zip(self.days, self.stated, self.once, strict=False):
            in_force |= _greater(in_force, stated)
            told = in_force | _greater(in_force, once)
            counts = Counter(confidence for _, _, confidence in told.values())
            sure = weighted_mean([(Decimal(count), Decimal(confidence)) for confidence, count in counts.items()])
            found.append({"day": day, "stated": len(told), "mean": plain_or_null(sure)})
        return found


def _greater(known: Mapping[str, Stated], told: Mapping[str, Stated]) -> dict[str, Stated]:
    return {id: max(said, known.get(id, NOTHING)) for id, said in told.items()}


def _days(asked: Asked) -> list[str]:
    """The cycle's due days up to the day of evaluation, or up to the effective day where that is earlier."""
    rhythm = asked.policy["cadence"]
    span = {"starts_on": date.fromisoformat(asked.cycle.starts_on), "ends_on": date.fromisoformat(asked.cycle.ends_on)}
    found = due_days(every=rhythm["every"], weekday=rhythm["weekday"], **span)
    return [day.isoformat() for day in found if day <= min(asked.end.effective_on, asked.end.today)]


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
