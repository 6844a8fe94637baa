"""Adherence to due days: counts in total and per unit, owner, due day and key result."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection, select

from okr_events.domain.schedule.adherence import COUNTED_STATES, AdherenceCounts, DutyState
from okr_events.domain.schedule.duties import Duties
from okr_events.json_types import JsonObject
from projections.evaluation.check_in_duties import CycleDuties, last_instants
from projections.evaluation.key_results import CycleRules
from projections.moment import Moment
from projections.store.tables import key_results, objectives


class Adherence:
    """The adherence counts of cycles' duties; with an `owner`, of their duties alone.

    A duty belongs to the owner of the key result at the end of the due day; in `owners`, null stands for no owner.
    """

    def __init__(self, cycles: Sequence[CycleDuties], owner: str | None = None) -> None:
        self.total = AdherenceCounts()
        self.units: dict[str, AdherenceCounts] = defaultdict(AdherenceCounts)
        self.owners: dict[str | None, AdherenceCounts] = defaultdict(AdherenceCounts)
        self.key_results: dict[str, AdherenceCounts] = {}
        self._owner = owner
        self._duty_counts: Counter[Duties] = Counter()
        since = min((cycle.since for cycle in cycles), default=date.min)
        for cycle in cycles:
            self._add_cycle(cycle, (cycle.since - since).days)

    def as_dict(self) -> JsonObject:
        """In total, by unit and by owner, those without an owner last."""
        units = [{"unit_id": id, **counts.as_dict()} for id, counts in sorted(self.units.items())]
        by_owner = sorted(self.owners.items(), key=lambda item: (item[0] is None, item[0]))
        return {
            **self.total.as_dict(),
            "units": units,
            "owners": [{"owner": id, **counts.as_dict()} for id, counts in by_owner],
        }

    def count_by_day(self) -> dict[date, dict[DutyState, int]]:
        """The number of duties in each state by due day, in order; `not_applicable` is left out."""
        days: dict[date, dict[DutyState, int]] = defaultdict(lambda: dict.fromkeys(COUNTED_STATES, 0))
        for duties, times in self._duty_counts.items():
            for day, state in zip(duties.days, duties.states, strict=True):
                if state is not DutyState.NOT_APPLICABLE:
                    days[day][state] += times
        return dict(sorted(days.items()))

    def _add_cycle(self, cycle: CycleDuties, offset: int) -> None:
        """Add equal duties at once; `offset` is the number of days from the first cycle's start."""
        equal: Counter[tuple[str, str | None, Duties]] = Counter()
        for id, unit_id, owner, duties in _split_by_owner(cycle):
            if self._owner in {None, owner}:
                equal[unit_id, owner, duties] += 1
                self._add_key_result(id, duties)
        for (unit_id, owner, duties), times in equal.items():
            self._duty_counts[duties] += times
            for counts in (self.total, self.units[unit_id], self.owners[owner]):
                counts.add(duties.counts, times, places=offset)

    def _add_key_result(self, id: str, duties: Duties) -> None:
        """Add the duties of a key result, or of one of its owners."""
        counts = duties.counts
        if id in self.key_results:
            counts = replace(self.key_results[id])
            counts.add(duties.counts)
        self.key_results[id] = counts


def compute_adherence(
    connection: Connection,
    moment: Moment,
    rules: Iterable[CycleRules],
    *,
    units: Collection[str] | None = None,
    owner: str | None = None,
) -> Adherence:
    """The adherence in these cycles: of all key results, of those of some units, or of those that somebody ever owned."""
    conditions = [] if units is None else [objectives.c.unit_id.in_(units)]
    if owner is not None:
        conditions.append(key_results.c.id.in_(select(key_results.c.id).where(key_results.c.owner == owner)))
    cycles = [CycleDuties(connection, moment, cycle, *conditions) for cycle in rules]
    return Adherence([cycle for cycle in cycles if cycle.by_key_result], owner)


def _split_by_owner(cycle: CycleDuties) -> Iterator[tuple[str, str, str | None, Duties]]:
    """Yield each key result's duties, split by owner if it had several."""
    day_ends: dict[date, int] = {}
    for key_result in cycle.by_key_result.values():
        duties = key_result.duties
        if key_result.owners:
            day_ends |= last_instants([day for day in duties.days if day not in day_ends], cycle.moment)
        parts = key_result.split_by_owner(day_ends) if key_result.owners else [(key_result.owner, duties)]
        for owner, part in parts:
            yield key_result.id, key_result.unit_id, owner, part
