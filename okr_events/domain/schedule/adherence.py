"""Adherence: how many check-in duties were on time, late or missed, and the streaks of on-time due days."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from okr_events.domain.decimals import divide, format_decimal_or_null
from okr_events.json_types import JsonObject


class DutyState(StrEnum):
    """The state of a key result's check-in for one due day. What is done before its day is on time from that day on."""

    ON_TIME = "on_time"
    LATE = "late"
    MISSED = "missed"
    PENDING = "pending"
    DONE = "done"
    NOT_APPLICABLE = "not_applicable"


BROKEN_STATES = (DutyState.LATE, DutyState.MISSED)
DECIDED_STATES = (DutyState.ON_TIME, *BROKEN_STATES)
COUNTED_STATES = (*DECIDED_STATES, DutyState.PENDING, DutyState.DONE)


@dataclass(slots=True)
class AdherenceCounts:
    """Counts of duties by state. `decided_bits` and `broken_bits` have one bit per due day: whether a duty was decided, and
    whether one was late or missed.
    """

    on_time: int = 0
    late: int = 0
    missed: int = 0
    pending: int = 0
    done: int = 0
    decided_bits: int = 0
    broken_bits: int = 0

    @classmethod
    def from_states(cls, states: Sequence[DutyState], offsets: Sequence[int]) -> "AdherenceCounts":
        """The counts of duties, each with the bit offset of its due day."""
        counts = cls(*(states.count(state) for state in COUNTED_STATES))
        for state, offset in zip(states, offsets, strict=True):
            counts.decided_bits |= (state in DECIDED_STATES) << offset
            counts.broken_bits |= (state in BROKEN_STATES) << offset
        return counts

    def add(self, other: "AdherenceCounts", times: int = 1, *, places: int = 0) -> None:
        """Add the other counts `times` times, and its bits shifted by `places`."""
        self.on_time += other.on_time * times
        self.late += other.late * times
        self.missed += other.missed * times
        self.pending += other.pending * times
        self.done += other.done * times
        self.decided_bits |= other.decided_bits << places
        self.broken_bits |= other.broken_bits << places

    @property
    def adherence(self) -> Decimal | None:
        """`on_time / (on_time + late + missed)` to 28 significant digits; null before the first decided duty."""
        decided = self.on_time + self.late + self.missed
        return divide(Decimal(self.on_time), Decimal(decided)) if decided else None

    @property
    def streaks(self) -> tuple[int, int]:
        """The current and the longest streak: consecutive due days on which every decided duty was on time."""
        offsets = (offset for offset, digit in enumerate(f"{self.decided_bits:b}"[::-1]) if digit == "1")
        marks = "".join("x" if self.broken_bits >> offset & 1 else "." for offset in offsets)
        runs = [len(run) for run in marks.split("x")]
        return runs[-1], max(runs)

    def as_dict(self) -> JsonObject:
        current, longest = self.streaks
        counts = {state.value: getattr(self, state.value) for state in COUNTED_STATES}
        streak = {"current": current, "longest": longest}
        return {**counts, "adherence": format_decimal_or_null(self.adherence), "streak": streak}
