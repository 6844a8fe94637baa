"""Tallies of duties: how many were met on time, late or not at all, and for how many due days in a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from okr_events.domain.decimals import divide, format_decimal_or_null


class DutyState(StrEnum):
    """How a key result stands against one of its due days."""

    ON_TIME = "on_time"
    LATE = "late"
    MISSED = "missed"
    PENDING = "pending"
    NOT_APPLICABLE = "not_applicable"


BROKEN_STATES = (DutyState.LATE, DutyState.MISSED)
DECIDED_STATES = (DutyState.ON_TIME, *BROKEN_STATES)


@dataclass(slots=True)
class AdherenceCounts:
    """`decided` and `broken` have a bit for each due day: a duty was decided then, one of them otherwise than on time."""

    on_time: int = 0
    late: int = 0
    missed: int = 0
    pending: int = 0
    decided_bits: int = 0
    broken_bits: int = 0

    @classmethod
    def from_states(cls, states: Sequence[DutyState], places: Sequence[int]) -> "AdherenceCounts":
        """The tally of duties on due days, each with the place of its bit."""
        tally = cls(*(states.count(state) for state in (*DECIDED_STATES, DutyState.PENDING)))
        for state, place in zip(states, places, strict=True):
            tally.decided_bits |= (state in DECIDED_STATES) << place
            tally.broken_bits |= (state in BROKEN_STATES) << place
        return tally

    def add(self, other: "AdherenceCounts", times: int = 1, *, places: int = 0) -> None:
        """Count another one in so many times, its bits so many places further up."""
        self.on_time += other.on_time * times
        self.late += other.late * times
        self.missed += other.missed * times
        self.pending += other.pending * times
        self.decided_bits |= other.decided_bits << places
        self.broken_bits |= other.broken_bits << places

    @property
    def adherence(self) -> Decimal | None:
        """On time / (on time + late + missed), 28 significant digits; null while nothing is decided."""
        decided = self.on_time + self.late + self.missed
        return divide(Decimal(self.on_time), Decimal(decided)) if decided else None

    @property
    def streaks(self) -> tuple[int, int]:
        """The due days in a row on which everything decided was on time: the newest of them, and the most there ever were."""
        places = (place for place, digit in enumerate(f"{self.decided_bits:b}"[::-1]) if digit == "1")
        marks = "".join("x" if self.broken_bits >> place & 1 else "." for place in places)
        runs = [len(run) for run in marks.split("x")]
        return runs[-1], max(runs)

    def as_dict(self) -> dict[str, Any]:
        current, longest = self.streaks
        counts = {"on_time": self.on_time, "late": self.late, "missed": self.missed, "pending": self.pending}
        return {
            **counts,
            "adherence": format_decimal_or_null(self.adherence),
            "streak": {"current": current, "longest": longest},
        }
