"""Duties: how key results stand against their due days, from when their check-ins were recorded."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from okr_events.domain.schedule.adherence import Duty, Tally
from okr_events.domain.schedule.days import beginnings


@dataclass(frozen=True, slots=True, eq=False)
class Duties:
    """A stand against each of some due days: the same one for all key results that stand alike."""

    days: Sequence[date]
    states: Sequence[Duty]
    tally: Tally


class Windows:
    """The due days of a cadence with their windows: a check-in in (previous due day, due day + grace] is on time, one after
    that and before the next due day late.

    Time is cut wherever a window begins or ends. What was recorded in a stretch between two cuts is a bit, so that all
    check-ins of a key result are one number. `days` rise; no key result is defined before `since`, and bits count from there.
    """

    def __init__(self, days: Sequence[date], grace_days: int, *, since: date, today: date, zone: ZoneInfo) -> None:
        self.days = days
        self.today = today.toordinal()
        self._due = [day.toordinal() for day in days]
        self._over = [due + grace_days for due in self._due]
        self._places = [due - since.toordinal() for due in self._due]
        self._found: dict[tuple[int, int, int], Duties] = {}
        edges = {*self._due, *(due + 1 for due in self._due), *(over + 1 for over in self._over)}
        self._cuts = sorted(edge for edge in edges if since.toordinal() <= edge <= self.today)
        self._starts, self._bits = self._stretches(zone)
        self._until = [self._upto(over) for over in self._over]
        self._before = [0, *(self._upto(due) for due in self._due)]
        self._ahead = [*(self._upto(due - 1) for due in self._due[1:]), self._upto(self.today)]

    def bit(self, recorded_at: int) -> int:
        """The stretch in which something was recorded, at microseconds since 1970."""
        return self._bits[bisect_right(self._starts, recorded_at)]

    def first_after(self, day: date) -> int:
        """The place of the first due day after a day."""
        return bisect_right(self.days, day)

    def met(self, n: int, first: int, seen: int) -> bool:
        """Whether a window has a check-in; that of a key result's `first` due day begins open."""
        return bool(seen & self._until[n] & ~(self._before[n] if n > first else 0))

    def stand(self, first: int, seen: int, ended_on: date | None) -> Duties:
        """How key results stand against the due days from the `first` on, with check-ins in the stretches `seen`."""
        ended = ended_on.toordinal() if ended_on else 0
        alike = first, seen, ended
        if alike not in self._found:
            states = [self._state(n, first, seen, ended) for n in range(first, len(self._due))]
            self._found[alike] = Duties(self.days[first:], states, Tally.of(states, self._places[first:]))
        return self._found[alike]

    def part(self, duties: Duties, chosen: Sequence[bool]) -> Duties:
        """Those of the duties that are chosen."""
        held = [n for n, mine in enumerate(chosen) if mine]
        states, places = [duties.states[n] for n in held], self._places[len(self.days) - len(duties.days) :]
        return Duties([duties.days[n] for n in held], states, Tally.of(states, [places[n] for n in held]))

    def _state(self, n: int, first: int, seen: int, ended: int) -> Duty:
        due, last = self._due[n], ended or self.today
        if due > last:
            return Duty.NOT_APPLICABLE if ended else Duty.PENDING
        if self.met(n, first, seen):
            return Duty.ON_TIME
        if last <= self._over[n]:
            return Duty.NOT_APPLICABLE if ended else Duty.PENDING
        return Duty.LATE if seen & self._ahead[n] & ~self._until[n] else Duty.MISSED

    def _upto(self, ordinal: int) -> int:
        """The stretches up to a day that a cut follows, that one included."""
        return (2 << bisect_right(self._cuts, ordinal)) - 1

    def _stretches(self, zone: ZoneInfo) -> tuple[list[int], list[int]]:
        starts, bits = list[int](), [1]
        for cut in self._cuts:
            for start, day in beginnings(date.fromordinal(cut), zone):
                starts.append(start)
                bits.append(1 << bisect_right(self._cuts, day.toordinal()))
        return starts, bits
