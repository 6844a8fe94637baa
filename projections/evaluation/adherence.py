"""Adherence: how reliably check-ins came by their due days, in all, per unit, per owner, per due day and per key result."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from okr_events.domain.schedule.adherence import AdherenceCounts, DutyState
from okr_events.domain.schedule.check_in_windows import Duties
from projections.evaluation.check_in_duties import CycleDuties, last_instants
from projections.evaluation.key_results import CycleRules
from projections.moment import Moment
from projections.store.tables import key_results, objectives


class Adherence:
    """What was owed and met in some reckonings; with an `owner`, what was theirs to do.

    A duty belongs to who owned the key result at the end of the due day; the key null of `owners` is nobody.
    """

    def __init__(self, reckonings: Sequence[CycleDuties], owner: str | None = None) -> None:
        self.total = AdherenceCounts()
        self.units: dict[str, AdherenceCounts] = defaultdict(AdherenceCounts)
        self.owners: dict[str | None, AdherenceCounts] = defaultdict(AdherenceCounts)
        self.key_results: dict[str, AdherenceCounts] = {}
        self._owner = owner
        self._since = min((each.since for each in reckonings), default=date.min)
        self._duty_counts: Counter[Duties] = Counter()
        for each in reckonings:
            self._add_cycle(each, (each.since - self._since).days)

    def as_dict(self) -> dict[str, Any]:
        """In all, by unit and by owner; nobody comes last."""
        units = [{"unit_id": id, **tally.as_dict()} for id, tally in sorted(self.units.items())]
        ordered = sorted(self.owners.items(), key=lambda each: (each[0] is None, each[0]))
        return {**self.total.as_dict(), "units": units, "owners": [{"owner": id, **tally.as_dict()} for id, tally in ordered]}

    def count_by_day(self) -> dict[date, dict[DutyState, int]]:
        """How many duties of each due day stand how, in the order of the days; those that do not apply are left out."""
        found: dict[date, dict[DutyState, int]] = defaultdict(lambda: dict.fromkeys(list(DutyState)[:-1], 0))
        for duties, times in self._duty_counts.items():
            for day, state in zip(duties.days, duties.states, strict=True):
                if state is not DutyState.NOT_APPLICABLE:
                    found[day][state] += times
        return dict(sorted(found.items()))

    def _add_cycle(self, reckoning: CycleDuties, places: int) -> None:
        alike: Counter[tuple[str, str | None, Duties]] = Counter()
        for id, unit_id, owner, duties in _split_by_owner(reckoning):
            if self._owner in {None, owner}:
                alike[unit_id, owner, duties] += 1
                self._add_key_result(id, duties)
        for (unit_id, owner, duties), times in alike.items():
            self._duty_counts[duties] += times
            for tally in (self.total, self.units[unit_id], self.owners[owner]):
                tally.add(duties.counts, times, places=places)

    def _add_key_result(self, id: str, duties: Duties) -> None:
        """A key result that changed hands has parts."""
        if id in self.key_results:
            both = AdherenceCounts()
            both.add(self.key_results[id])
            both.add(duties.counts)
            self.key_results[id] = both
        else:
            self.key_results[id] = duties.counts


def compute_adherence(
    connection: Connection,
    moment: Moment,
    rules: Iterable[CycleRules],
    *,
    units: Collection[str] | None = None,
    owner: str | None = None,
) -> Adherence:
    """That of some cycles: of all their key results, of those of some units, or of those that somebody ever owned."""
    chosen = [] if units is None else [objectives.c.unit_id.in_(units)]
    if owner is not None:
        chosen.append(key_results.c.id.in_(select(key_results.c.id).where(key_results.c.owner == owner)))
    reckonings = [CycleDuties(connection, moment, each, *chosen) for each in rules]
    return Adherence([each for each in reckonings if each.by_key_result], owner)


def _split_by_owner(reckoning: CycleDuties) -> Iterator[tuple[str, str, str | None, Duties]]:
    """Each key result's duties, or what each of several owners had of them."""
    last: dict[date, int] = {}
    for each in reckoning.by_key_result.values():
        duties = each.duties
        if each.owners:
            last |= last_instants([day for day in duties.days if day not in last], reckoning.moment)
        for owner, part in each.split_by_owner(last) if each.owners else [(each.owner, duties)]:
            yield each.id, each.unit_id, owner, part
