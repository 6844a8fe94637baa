"""Check-in windows: the state of key results for their due days, from the times at which check-ins were recorded."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from okr_events.domain.schedule.adherence import AdherenceCounts, DutyState
from okr_events.domain.schedule.days import day_starts


@dataclass(frozen=True, slots=True, eq=False)
class Duties:
    """Due days with their states and counts; key results with equal states share one object."""

    days: Sequence[date]
    states: Sequence[DutyState]
    counts: AdherenceCounts


class CheckInWindows:
    """The windows of a cadence: a check-in in (previous due day, due day + grace] is on time, a later one before the next due
    day is late.

    The edges of all windows cut time into intervals. Each interval is a bit, so that one integer, `recorded`, represents all
    check-ins of a key result. `days` ascend; no key result is defined before `since`, where the bits of due days start.
    """

    def __init__(self, days: Sequence[date], grace_days: int, *, since: date, today: date, zone: tzinfo) -> None:
        self.days = days
        self.today = today.toordinal()
        self._due_ordinals = [day.toordinal() for day in days]
        self._grace_ends = [due + grace_days for due in self._due_ordinals]
        self._bit_offsets = [due - since.toordinal() for due in self._due_ordinals]
        self._duties_cache: dict[tuple[int, int, int], Duties] = {}
        edges = {*self._due_ordinals, *(due + 1 for due in self._due_ordinals), *(end + 1 for end in self._grace_ends)}
        self._cuts = sorted(edge for edge in edges if since.toordinal() <= edge <= self.today)
        self._starts, self._bits = self._intervals(zone)
        self._until_grace_end = [self._bits_up_to(end) for end in self._grace_ends]
        self._until_previous_due = [0, *(self._bits_up_to(due) for due in self._due_ordinals)]
        self._until_next_due = [*(self._bits_up_to(due - 1) for due in self._due_ordinals[1:]), self._bits_up_to(self.today)]

    def interval_bit(self, recorded_at: int) -> int:
        """The bit of the interval that contains an instant in microseconds since 1970."""
        return self._bits[bisect_right(self._starts, recorded_at)]

    def first_due_index_after(self, day: date) -> int:
        return bisect_right(self.days, day)

    def has_check_in(self, n: int, first: int, recorded: int) -> bool:
        """Whether the window of due day `n` has a check-in; the window of a key result's `first` due day has no start."""
        return bool(recorded & self._until_grace_end[n] & ~(self._until_previous_due[n] if n > first else 0))

    def evaluate_duties(self, first: int, recorded: int, ended_on: date | None) -> Duties:
        """The duties from the due day `first` on, given the intervals with check-ins."""
        key = first, recorded, ended_on.toordinal() if ended_on else 0
        if key not in self._duties_cache:
            states = [self._duty_state(n, *key) for n in range(first, len(self._due_ordinals))]
            counts = AdherenceCounts.from_states(states, self._bit_offsets[first:])
            self._duties_cache[key] = Duties(self.days[first:], states, counts)
        return self._duties_cache[key]

    def select_duties(self, duties: Duties, chosen: Sequence[bool]) -> Duties:
        """The chosen ones of the duties."""
        indexes = [n for n, is_chosen in enumerate(chosen) if is_chosen]
        states, offsets = [duties.states[n] for n in indexes], self._bit_offsets[len(self.days) - len(duties.days) :]
        counts = AdherenceCounts.from_states(states, [offsets[n] for n in indexes])
        return Duties([duties.days[n] for n in indexes], states, counts)

    def _duty_state(self, n: int, first: int, recorded: int, ended: int) -> DutyState:
        due, last = self._due_ordinals[n], ended or self.today
        if due > last:
            return DutyState.NOT_APPLICABLE if ended else DutyState.PENDING
        if self.has_check_in(n, first, recorded):
            return DutyState.ON_TIME
        if last <= self._grace_ends[n]:
            return DutyState.NOT_APPLICABLE if ended else DutyState.PENDING
        return DutyState.LATE if recorded & self._until_next_due[n] & ~self._until_grace_end[n] else DutyState.MISSED

    def _bits_up_to(self, ordinal: int) -> int:
        """The bits of all intervals up to and including the given day, which is the last one before a cut."""
        return (2 << bisect_right(self._cuts, ordinal)) - 1

    def _intervals(self, zone: tzinfo) -> tuple[list[int], list[int]]:
        starts, bits = list[int](), [1]
        for cut in self._cuts:
            for start, day in day_starts(date.fromordinal(cut), zone):
                starts.append(start)
                bits.append(1 << bisect_right(self._cuts, day.toordinal()))
        return starts, bits
