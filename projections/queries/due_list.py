"""The due list: one item per open key result, with the due day that a check-in should answer."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection

from okr_events.domain.schedule.adherence import DutyState
from okr_events.json_types import JsonObject
from projections.evaluation.check_in_duties import CycleDuties, KeyResultDuties
from projections.evaluation.key_results import CycleRules
from projections.moment import Moment
from projections.store.lookups import fetch_rows_in
from projections.store.tables import KeyResultRow, key_results, objectives

LIVE_CONDITIONS = (key_results.c.state == "open", key_results.c.score.is_(None), objectives.c.state.in_(("draft", "agreed")))


@dataclass(frozen=True, slots=True)
class DueItem:
    """The due day of a key result that a check-in should answer: the last one passed while it is overdue, else the next one."""

    key_result_id: str
    due_on: date
    state: DutyState
    overdue: bool
    next_due_on: date | None
    missed_on: tuple[date, ...]

    @property
    def sort_key(self) -> str:
        """What the list is sorted by, so that a page continues behind the last item of the page before."""
        return f"{0 if self.overdue else 1}.{self.due_on}.{self.key_result_id}"


def find_due_items(
    connection: Connection, moment: Moment, rules: Iterable[CycleRules], *chosen: ColumnElement[bool]
) -> list[DueItem]:
    """Overdue items first, each by day; closed cycles have none. `chosen` are conditions on key results."""
    items = [
        item
        for cycle in rules
        if not cycle.closed
        for duties in CycleDuties(connection, moment, cycle, *LIVE_CONDITIONS, *chosen).by_key_result.values()
        if (item := _due_item(duties, moment.today))
    ]
    return sorted(items, key=lambda item: item.sort_key)


def _due_item(key_result: KeyResultDuties, today: date) -> DueItem | None:
    """The due item of a key result; null when nothing is overdue and no due day is ahead."""
    duties = key_result.duties
    ahead = bisect_left(duties.days, today)
    coming = duties.days[ahead] if ahead < len(duties.days) else None
    overdue = ahead > 0 and _is_overdue(duties.states[ahead - 1], duties.states[ahead] if coming else None)
    if not overdue and not coming:
        return None
    index = ahead - 1 if overdue else ahead
    missed = tuple(day for day, state in zip(duties.days, duties.states, strict=True) if state is DutyState.MISSED)
    return DueItem(key_result.id, duties.days[index], duties.states[index], overdue, coming, missed)


def _is_overdue(passed: DutyState, coming: DutyState | None) -> bool:
    """Whether the last due day passed waits for its answer, or was missed and the coming one is not answered either."""
    return passed is DutyState.PENDING or (passed is DutyState.MISSED and coming in {None, DutyState.PENDING})


def serialize(connection: Connection, moment: Moment, items: Sequence[DueItem]) -> list[JsonObject]:
    ids = {item.key_result_id for item in items}
    rows = {row.id: row for row in fetch_rows_in(connection, KeyResultRow, moment.position, key_results.c.id, ids)}
    return [_serialize_item(rows[item.key_result_id], item) for item in items]


def _serialize_item(row: KeyResultRow, item: DueItem) -> JsonObject:
    return {
        "key_result_id": row.id,
        "title": row.title,
        "objective_id": row.objective_id,
        "owner": row.owner,
        "due_on": item.due_on.isoformat(),
        "state": item.state.value,
        "next_due_on": item.next_due_on.isoformat() if item.next_due_on else None,
        "missed_on": [day.isoformat() for day in item.missed_on],
    }
