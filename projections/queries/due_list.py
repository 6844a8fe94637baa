"""The due list: what was due last and is not met, then what is due next, of every live key result."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from okr_events.domain.schedule.adherence import DutyState
from projections.evaluation.check_in_duties import CycleDuties, KeyResultDuties
from projections.evaluation.key_results import CycleRules
from projections.moment import Moment
from projections.store.batching import batches
from projections.store.tables import key_results, objectives, valid_at

UNMET_STATES = (DutyState.MISSED, DutyState.PENDING)
LIVE_CONDITIONS = (key_results.c.state == "open", objectives.c.state.in_(("draft", "agreed")))


@dataclass(frozen=True, slots=True)
class DueItem:
    """A due day of a key result, and how that stands against it."""

    due_on: date
    key_result_id: str
    state: DutyState
    overdue: bool = False


def find_due_items(
    connection: Connection, moment: Moment, rules: Iterable[CycleRules], *chosen: ColumnElement[bool]
) -> list[DueItem]:
    """What is overdue first, each by its day; closed cycles ask for nothing. `chosen` are conditions on key results."""
    found = [
        due
        for each in rules
        if not each.closed
        for owed in CycleDuties(connection, moment, each, *LIVE_CONDITIONS, *chosen).by_key_result.values()
        for due in _due_items_of(owed, moment.today)
    ]
    return sorted(found, key=lambda due: (not due.overdue, due.due_on, due.key_result_id))


def serialize(connection: Connection, moment: Moment, found: Sequence[DueItem]) -> list[dict[str, Any]]:
    rows: dict[str, Any] = {}
    for some in batches({due.key_result_id for due in found}):
        query = select(key_results).where(valid_at(key_results, moment.position), key_results.c.id.in_(some))
        rows |= {row.id: row for row in connection.execute(query)}
    return [_serialize_item(rows[due.key_result_id], due) for due in found]


def _serialize_item(row: Any, due: DueItem) -> dict[str, Any]:
    whose = {"title": row.title, "objective_id": row.objective_id, "owner": row.owner}
    return {"key_result_id": row.id, **whose, "due_on": due.due_on.isoformat(), "state": due.state.value}


def _due_items_of(owed: KeyResultDuties, today: date) -> Iterator[DueItem]:
    """The last due day before today if that is not met, and the next one."""
    days = owed.windows.days
    ahead = bisect_left(days, today, lo=min(owed.first_window, len(days)))
    if ahead > owed.first_window and (state := owed.duties.states[ahead - 1 - owed.first_window]) in UNMET_STATES:
        yield DueItem(days[ahead - 1], owed.id, state, overdue=True)
    if ahead < len(days):
        met = owed.windows.has_check_in(ahead, owed.first_window, owed.check_in_bits)
        yield DueItem(days[ahead], owed.id, DutyState.ON_TIME if met else DutyState.PENDING)
