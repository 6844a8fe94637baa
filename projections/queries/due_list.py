"""The due list: what was due last and is not met, then what is due next, of every live key result."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from okr_events.domain.schedule.adherence import Duty
from projections.evaluation.check_in_duties import Owed, Reckoning
from projections.evaluation.key_results import CycleRules, batches
from projections.moment import Moment
from projections.store.tables import at, key_results, objectives

UNMET = (Duty.MISSED, Duty.PENDING)
GOING_ON = (key_results.c.state == "open", objectives.c.state.in_(("draft", "agreed")))


@dataclass(frozen=True, slots=True)
class Due:
    """A due day of a key result, and how that stands against it."""

    due_on: date
    key_result_id: str
    state: Duty
    overdue: bool = False


def dues(connection: Connection, moment: Moment, rules: Iterable[CycleRules], *chosen: ColumnElement[bool]) -> list[Due]:
    """What is overdue first, each by its day; closed cycles ask for nothing. `chosen` are conditions on key results."""
    found = [
        due
        for each in rules
        if not each.closed
        for owed in Reckoning(connection, moment, each, *GOING_ON, *chosen).owed.values()
        for due in _of(owed, moment.today)
    ]
    return sorted(found, key=lambda due: (not due.overdue, due.due_on, due.key_result_id))


def told(connection: Connection, moment: Moment, found: Sequence[Due]) -> list[dict[str, Any]]:
    rows: dict[str, Any] = {}
    for some in batches({due.key_result_id for due in found}):
        query = select(key_results).where(at(key_results, moment.position), key_results.c.id.in_(some))
        rows |= {row.id: row for row in connection.execute(query)}
    return [_told(rows[due.key_result_id], due) for due in found]


def _told(row: Any, due: Due) -> dict[str, Any]:
    whose = {"title": row.title, "objective_id": row.objective_id, "owner": row.owner}
    return {"key_result_id": row.id, **whose, "due_on": due.due_on.isoformat(), "state": due.state.value}


def _of(owed: Owed, today: date) -> Iterator[Due]:
    """The last due day before today if that is not met, and the next one."""
    days = owed.windows.days
    ahead = bisect_left(days, today, lo=min(owed.first, len(days)))
    if ahead > owed.first and (state := owed.duties.states[ahead - 1 - owed.first]) in UNMET:
        yield Due(days[ahead - 1], owed.id, state, overdue=True)
    if ahead < len(days):
        met = owed.windows.met(ahead, owed.first, owed.seen)
        yield Due(days[ahead], owed.id, Duty.ON_TIME if met else Duty.PENDING)
