"""Tallies of duties: how many were met on time, late or not at all, and for how many due days in a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from okr_events.domain.decimals import plain_or_null, quotient


class Duty(StrEnum):
    """How a key result stands against one of its due days."""

    ON_TIME = "on_time"
    LATE = "late"
    MISSED = "missed"
    PENDING = "pending"
    NOT_APPLICABLE = "not_applicable"


BROKEN = (Duty.LATE, Duty.MISSED)
DECIDED = (Duty.ON_TIME, *BROKEN)


@dataclass(slots=True)
class Tally:
    """`decided` and `broken` have a bit for each due day: a duty was decided then, one of them otherwise than on time."""

    on_time: int = 0
    late: int = 0
    missed: int = 0
    pending: int = 0
    decided: int = 0
    broken: int = 0

    @classmethod
    def of(cls, states: Sequence[Duty], places: Sequence[int]) -> "Tally":
        """The tally of duties on due days, each with the place of its bit."""
        tally = cls(*(states.count(state) for state in (*DECIDED, Duty.PENDING)))
        for state, place in zip(states, places, strict=True):
            tally.decided |= (state in DECIDED) << place
            tally.broken |= (state in BROKEN) << place
        return tally

    def add(self, other: "Tally", times: int = 1, *, places: int = 0) -> None:
        """Count another one in so many times, its bits so many places further up."""
        self.on_time += other.on_time * times
        self.late += other.late * times
        self.missed += other.missed * times
        self.pending += other.pending * times
        self.decided |= other.decided << places
        self.broken |= other.broken << places

    @property
    def adherence(self) -> Decimal | None:
        """On time / (on time + late + missed), 28 significant digits; null while nothing is decided."""
        decided = self.on_time + self.late + self.missed
        return quotient(Decimal(self.on_time), Decimal(decided)) if decided else None

    @property
    def streaks(self) -> tuple[int, int]:
        """The due days in a row on which everything decided was on time: the newest of them, and the most there ever were."""
        places = (place for place, digit in enumerate(f"{self.decided:b}"[::-1]) if digit == "1")
        marks = "".join("x" if self.broken >> place & 1 else "." for place in places)
        runs = [len(run) for run in marks.split("x")]
        return runs[-1], max(runs)

    def as_dict(self) -> dict[str, Any]:
        current, longest = self.streaks
        counts = {"on_time": self.on_time, "late": self.late, "missed": self.missed, "pending": self.pending}
        return {**counts, "adherence": plain_or_null(self.adherence), "streak": {"current": current, "longest": longest}}
