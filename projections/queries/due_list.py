"""The due list: the overdue and the next due day of every live key result."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
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

UNMET_STATES = (DutyState.MISSED, DutyState.PENDING)
LIVE_CONDITIONS = (key_results.c.state == "open", objectives.c.state.in_(("draft", "agreed")))


@dataclass(frozen=True, slots=True)
class DueItem:
    """A due day of a key result with the state of its duty."""

    due_on: date
    key_result_id: str
    state: DutyState
    overdue: bool = False


def find_due_items(
    connection: Connection, moment: Moment, rules: Iterable[CycleRules], *chosen: ColumnElement[bool]
) -> list[DueItem]:
    """Overdue items first, each by day; closed cycles have none. `chosen` are conditions on key results."""
    items = [
        item
        for cycle in rules
        if not cycle.closed
        for duties in CycleDuties(connection, moment, cycle, *LIVE_CONDITIONS, *chosen).by_key_result.values()
        for item in _due_items_of(duties, moment.today)
    ]
    return sorted(items, key=lambda item: (not item.overdue, item.due_on, item.key_result_id))


def serialize(connection: Connection, moment: Moment, items: Sequence[DueItem]) -> list[JsonObject]:
    ids = {item.key_result_id for item in items}
    rows = {row.id: row for row in fetch_rows_in(connection, KeyResultRow, moment.position, key_results.c.id, ids)}
    return [_serialize_item(rows[item.key_result_id], item) for item in items]


def _serialize_item(row: KeyResultRow, item: DueItem) -> JsonObject:
    goal = {"key_result_id": row.id, "title": row.title, "objective_id": row.objective_id, "owner": row.owner}
    return {**goal, "due_on": item.due_on.isoformat(), "state": item.state.value}


def _due_items_of(duties: KeyResultDuties, today: date) -> Iterator[DueItem]:
    """The last due day before today if it is not met, and the next one."""
    days, first = duties.windows.days, duties.first_window
    ahead = bisect_left(days, today, lo=min(first, len(days)))
    if ahead > first and (state := duties.duties.states[ahead - 1 - first]) in UNMET_STATES:
        yield DueItem(days[ahead - 1], duties.id, state, overdue=True)
    if ahead < len(days):
        met = duties.windows.has_check_in(ahead, first, duties.check_in_bits)
        yield DueItem(days[ahead], duties.id, DutyState.ON_TIME if met else DutyState.PENDING)
