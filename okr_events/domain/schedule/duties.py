"""Duties: the state of key results for their due days, from the times at which check-ins were recorded."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from itertools import pairwise

from okr_events.domain.schedule.adherence import AdherenceCounts, DutyState
from okr_events.domain.schedule.answers import answer_due_days
from okr_events.domain.schedule.days import day_starts


@dataclass(frozen=True, slots=True, eq=False)
class Duties:
    """Due days with their states and counts; key results with equal states share one object."""

    days: Sequence[date]
    states: Sequence[DutyState]
    counts: AdherenceCounts


class DutySchedule:
    """The due days of a cadence in a cycle, with their days of grace.

    Cuts divide time into intervals whose check-ins answer the same due day, so that key results with check-ins in the same
    intervals are evaluated once. `days` ascend; no key result is defined before `since`, where the bits of due days start.
    """

    def __init__(self, days: Sequence[date], grace_days: int, *, since: date, today: date, zone: tzinfo) -> None:
        self.days = days
        self.grace_days = grace_days
        self.today = today.toordinal()
        self._due_ordinals = [day.toordinal() for day in days]
        self._bit_offsets = [due - since.toordinal() for due in self._due_ordinals]
        self._duties_cache: dict[tuple[int, tuple[int, ...], date | None], Duties] = {}
        self._cuts = sorted(cut for cut in self._find_cuts() if since.toordinal() <= cut <= self.today)
        self._starts, self._interval_days = self._intervals(since, zone)

    def interval(self, recorded_at: int) -> int:
        """The number of the interval that contains an instant in microseconds since 1970."""
        return bisect_right(self._starts, recorded_at)

    def first_due_index_after(self, day: date) -> int:
        return bisect_right(self.days, day)

    def evaluate_duties(self, first: int, intervals: Iterable[int], ended_on: date | None) -> Duties:
        """The duties from the due day `first` on, given the interval of each check-in."""
        key = first, tuple(sorted(intervals)), ended_on
        if key not in self._duties_cache:
            states = self._duty_states(*key)
            counts = AdherenceCounts.from_states(states, self._bit_offsets[first:])
            self._duties_cache[key] = Duties(self.days[first:], states, counts)
        return self._duties_cache[key]

    def select_duties(self, duties: Duties, chosen: Sequence[bool]) -> Duties:
        """The chosen ones of the duties."""
        indexes = [n for n, is_chosen in enumerate(chosen) if is_chosen]
        states, offsets = [duties.states[n] for n in indexes], self._bit_offsets[len(self.days) - len(duties.days) :]
        counts = AdherenceCounts.from_states(states, [offsets[n] for n in indexes])
        return Duties([duties.days[n] for n in indexes], states, counts)

    def _duty_states(self, first: int, intervals: Sequence[int], ended_on: date | None) -> list[DutyState]:
        due_days, reported_on = self._due_ordinals[first:], [self._interval_days[n] for n in intervals]
        answers = answer_due_days(due_days, reported_on, grace_days=self.grace_days)
        ended = ended_on.toordinal() if ended_on else None
        return [self._duty_state(due, answers.get(n), ended) for n, due in enumerate(due_days)]

    def _duty_state(self, due: int, answered_on: int | None, ended: int | None) -> DutyState:
        grace_end = due + self.grace_days
        if ended is not None and due > ended:
            return DutyState.NOT_APPLICABLE
        if answered_on is not None and answered_on <= grace_end:
            return DutyState.DONE if due > self.today else DutyState.ON_TIME
        if ended is not None and ended <= grace_end:
            return DutyState.NOT_APPLICABLE
        if answered_on is not None:
            return DutyState.LATE
        return DutyState.PENDING if self.today <= grace_end else DutyState.MISSED

    def _find_cuts(self) -> set[int]:
        """The days from which check-ins answer another due day or are late: after due days and grace, and half-way between."""
        due_days = self._due_ordinals
        half_way = {-(-(passed + coming) // 2) for passed, coming in pairwise(due_days)}
        return {due + 1 + days for due in due_days for days in (0, self.grace_days)} | half_way

    def _intervals(self, since: date, zone: tzinfo) -> tuple[list[int], list[int]]:
        """The start of each interval but the first, and a day in each interval that stands for all its days."""
        days = [self._cuts[0] - 1 if self._cuts else since.toordinal(), *self._cuts]
        entered = [start for cut in self._cuts for start in day_starts(date.fromordinal(cut), zone)]
        return [at for at, _ in entered], [days[0], *(days[bisect_right(self._cuts, day.toordinal())] for _, day in entered)]
