"""Check-in duties: how key results stand against their due days, and who owned them then."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Connection, Select, func, select

from okr_events.domain.schedule.days import day_starts
from okr_events.domain.schedule.duties import Duties, DutySchedule
from okr_events.row_types import RowTable
from projections.evaluation.cadences import CadenceParts, Cadences
from projections.evaluation.key_results import CycleRules
from projections.moment import DAY, LAST_DAY, Moment
from projections.store.tables import check_ins, facts, key_results, objectives, valid_at

ROWS_PER_FETCH = 10_000
ENDED_CONDITIONS = (
    (key_results, (key_results.c.state == "cancelled") | key_results.c.score.is_not(None)),
    (objectives, objectives.c.state.in_(("cancelled", "closed"))),
)
"""What nothing falls due for any more, as conditions on rows."""
Columns = TypeVarTuple("Columns")
OwnerHistory = list[tuple[int, str | None]]
"""The owners of a key result, each with the instant in microseconds from which it was theirs."""


@dataclass(slots=True)
class KeyResultDuties:
    """The due days of a key result from the index `first_due` on, and the interval of each of its check-ins.

    `owners` is its history of owners if there were several.
    """

    id: str
    unit_id: str
    owner: str | None
    schedule: DutySchedule
    first_due: int
    ended_on: date | None
    owners: OwnerHistory = field(default_factory=list)
    check_ins: list[int] = field(default_factory=list)

    @property
    def grace_days(self) -> int:
        return self.schedule.grace_days

    @property
    def duties(self) -> Duties:
        return self.schedule.evaluate_duties(self.first_due, self.check_ins, self.ended_on)

    def split_by_owner(self, day_ends: dict[date, int]) -> Iterator[tuple[str | None, Duties]]:
        """The duties of each owner: a due day belongs to who owned the key result at its end, an instant of `day_ends`."""
        duties = self.duties
        owners = [self._owner_at(day_ends[day]) for day in duties.days]
        for owner in dict.fromkeys(owners):
            yield owner, self.schedule.select_duties(duties, [other == owner for other in owners])

    def _owner_at(self, instant: int) -> str | None:
        return next((owner for since, owner in reversed(self.owners) if since <= instant), self.owners[0][1])


class CycleDuties:
    """The duties of one cycle's key results at a moment; of a closed cycle at its closing.

    `chosen` are conditions on key results and their objectives.
    """

    def __init__(self, connection: Connection, moment: Moment, rules: CycleRules, *chosen: ColumnElement[bool]) -> None:
        self.connection = connection
        self.moment = rules.seal_moment or moment
        self.rules = rules
        self.conditions = (key_results.c.cycle_id == rules.row.id, *chosen)
        self.by_key_result: dict[str, KeyResultDuties] = {}
        self._load_key_results()
        if self.by_key_result:
            self._load_check_ins()

    def _load_key_results(self) -> None:
        own = key_results.c
        query = select(own.id, own.objective_id, own.owner, own.cadence, own.defined_at, objectives.c.unit_id)
        rows = self.connection.execute(self._choose_key_results(query)).all()
        self.since = self.moment.recorded_day(min((row.defined_at for row in rows), default=0))
        cadences, schedules = Cadences.load(self.connection, self.moment.position), dict[CadenceParts, DutySchedule]()
        end_days, owners = self._end_days(), self._load_owner_histories()
        for id, objective_id, owner, cadence, defined_at, unit_id in rows:
            parts = cadences.effective_parts(unit_id, cadence)
            if parts not in schedules:
                schedules[parts] = self._build_schedule(parts)
            first = schedules[parts].first_due_index_after(self.moment.recorded_day(defined_at))
            end = min((end_days[goal] for goal in (id, objective_id) if goal in end_days), default=self._closed_on)
            self.by_key_result[id] = KeyResultDuties(id, unit_id, owner, schedules[parts], first, end, owners.get(id, []))

    def _build_schedule(self, parts: CadenceParts) -> DutySchedule:
        due = self.rules.due_days(parts)
        return DutySchedule(due.days, due.grace_days, since=self.since, today=self.moment.today, zone=self.moment.zone)

    def _choose_key_results(self, query: Select[*Columns]) -> Select[*Columns]:
        """The query over the chosen key results and their objectives."""
        joined = (objectives.c.id == key_results.c.objective_id) & valid_at(objectives, self.moment.position)
        return query.join(objectives, joined).where(valid_at(key_results, self.moment.position), *self.conditions)

    @property
    def _closed_on(self) -> date | None:
        closed = self.rules.row.closed
        return None if closed is None else self.moment.recorded_day(closed)

    def _end_days(self) -> dict[str, date]:
        """The days since which key results are cancelled or have a score, and objectives are cancelled or closed, by id."""
        days: dict[str, date] = {}
        for table, ended in ENDED_CONDITIONS:
            mine = table.c.cycle_id == self.rules.row.id
            ids = select(table.c.id).where(valid_at(table, self.moment.position), mine, ended)
            query = select(table.c.id, func.max(facts.c.recorded_at)).join(facts, facts.c.position == table.c.to_position)
            before = table.c.id.in_(ids) & (table.c.to_position <= self.moment.position) & ~ended
            for id, recorded_at in self.connection.execute(query.where(before).group_by(table.c.id)):
                days[id] = self.moment.recorded_day(recorded_at)
        return days

    def _load_owner_histories(self) -> dict[str, OwnerHistory]:
        """The histories of key results with several owners."""
        mine = (key_results.c.cycle_id == self.rules.row.id) & self._recorded_by_moment(key_results)
        several = func.count(func.coalesce(key_results.c.owner, "").distinct()) > 1
        changed = select(key_results.c.id).where(mine).group_by(key_results.c.id).having(several)
        query = select(key_results.c.id, facts.c.recorded_at, key_results.c.owner).where(mine, key_results.c.id.in_(changed))
        query = query.join(facts, facts.c.position == key_results.c.from_position).order_by(key_results.c.from_position)
        found: dict[str, OwnerHistory] = defaultdict(list)
        for id, since, owner in self.connection.execute(query):
            found[id].append((since, owner))
        return found

    def _recorded_by_moment(self, table: RowTable) -> ColumnElement[bool]:
        return table.c.from_position <= self.moment.position

    def _load_check_ins(self) -> None:
        """Set the intervals in which check-ins were recorded."""
        query = select(check_ins.c.key_result_id, check_ins.c.recorded_at).where(
            valid_at(check_ins, self.moment.position),
            check_ins.c.retracted == 0,
            check_ins.c.key_result_id.in_(self._choose_key_results(select(key_results.c.id))),
        )
        with self.connection.execute(query, execution_options={"yield_per": ROWS_PER_FETCH}) as result:
            for id, recorded_at in result:
                duties = self.by_key_result[id]
                duties.check_ins.append(duties.schedule.interval(recorded_at))


def last_instants(days: Sequence[date], moment: Moment) -> dict[date, int]:
    """The last instant of each day, in microseconds since 1970."""
    return {day: max(start for start, _ in day_starts(min(day, LAST_DAY) + DAY, moment.zone)) - 1 for day in days}
