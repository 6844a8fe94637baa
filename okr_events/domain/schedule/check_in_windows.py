"""Duties: how key results stand against their due days, from when their check-ins were recorded."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from okr_events.domain.schedule.adherence import AdherenceCounts, DutyState
from okr_events.domain.schedule.days import day_starts


@dataclass(frozen=True, slots=True, eq=False)
class Duties:
    """A stand against each of some due days: the same one for all key results that stand alike."""

    days: Sequence[date]
    states: Sequence[DutyState]
    counts: AdherenceCounts


class CheckInWindows:
    """The due days of a cadence with their windows: a check-in in (previous due day, due day + grace] is on time, one after
    that and before the next due day late.

    Time is cut wherever a window begins or ends. What was recorded in a stretch between two cuts is a bit, so that all
    check-ins of a key result are one number. `days` rise; no key result is defined before `since`, and bits count from there.
    """

    def __init__(self, days: Sequence[date], grace_days: int, *, since: date, today: date, zone: ZoneInfo) -> None:
        self.days = days
        self.today = today.toordinal()
        self._due_ordinals = [day.toordinal() for day in days]
        self._grace_ends = [due + grace_days for due in self._due_ordinals]
        self._bit_offsets = [due - since.toordinal() for due in self._due_ordinals]
        self._duties_cache: dict[tuple[int, int, int], Duties] = {}
        edges = {*self._due_ordinals, *(due + 1 for due in self._due_ordinals), *(over + 1 for over in self._grace_ends)}
        self._cuts = sorted(edge for edge in edges if since.toordinal() <= edge <= self.today)
        self._starts, self._bits = self._intervals(zone)
        self._until_grace_end = [self._bits_up_to(over) for over in self._grace_ends]
        self._until_previous_due = [0, *(self._bits_up_to(due) for due in self._due_ordinals)]
        self._until_next_due = [*(self._bits_up_to(due - 1) for due in self._due_ordinals[1:]), self._bits_up_to(self.today)]

    def interval_bit(self, recorded_at: int) -> int:
        """The stretch in which something was recorded, at microseconds since 1970."""
        return self._bits[bisect_right(self._starts, recorded_at)]

    def first_due_index_after(self, day: date) -> int:
        """The place of the first due day after a day."""
        return bisect_right(self.days, day)

    def has_check_in(self, n: int, first: int, seen: int) -> bool:
        """Whether a window has a check-in; that of a key result's `first` due day begins open."""
        return bool(seen & self._until_grace_end[n] & ~(self._until_previous_due[n] if n > first else 0))

    def evaluate_duties(self, first: int, seen: int, ended_on: date | None) -> Duties:
        """How key results stand against the due days from the `first` on, with check-ins in the stretches `seen`."""
        ended = ended_on.toordinal() if ended_on else 0
        alike = first, seen, ended
        if alike not in self._duties_cache:
            states = [self._duty_state(n, first, seen, ended) for n in range(first, len(self._due_ordinals))]
            self._duties_cache[alike] = Duties(
                self.days[first:], states, AdherenceCounts.from_states(states, self._bit_offsets[first:])
            )
        return self._duties_cache[alike]

    def select_duties(self, duties: Duties, chosen: Sequence[bool]) -> Duties:
        """Those of the duties that are chosen."""
        held = [n for n, mine in enumerate(chosen) if mine]
        states, places = [duties.states[n] for n in held], self._bit_offsets[len(self.days) - len(duties.days) :]
        return Duties([duties.days[n] for n in held], states, AdherenceCounts.from_states(states, [places[n] for n in held]))

    def _duty_state(self, n: int, first: int, seen: int, ended: int) -> DutyState:
        due, last = self._due_ordinals[n], ended or self.today
        if due > last:
            return DutyState.NOT_APPLICABLE if ended else DutyState.PENDING
        if self.has_check_in(n, first, seen):
            return DutyState.ON_TIME
        if last <= self._grace_ends[n]:
            return DutyState.NOT_APPLICABLE if ended else DutyState.PENDING
        return DutyState.LATE if seen & self._until_next_due[n] & ~self._until_grace_end[n] else DutyState.MISSED

    def _bits_up_to(self, ordinal: int) -> int:
        """The stretches up to a day that a cut follows, that one included."""
        return (2 << bisect_right(self._cuts, ordinal)) - 1

    def _intervals(self, zone: ZoneInfo) -> tuple[list[int], list[int]]:
        starts, bits = list[int](), [1]
        for cut in self._cuts:
            for start, day in day_starts(date.fromordinal(cut), zone):
                starts.append(start)
                bits.append(1 << bisect_right(self._cuts, day.toordinal()))
        return starts, bits
