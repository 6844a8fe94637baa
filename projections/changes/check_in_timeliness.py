"""Check-ins between two moments: on time, late or entered long after the day that they speak of."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from okr_events.domain.schedule.due_dates import DueDays
from projections.changes.change_kinds import AFTER_SEAL, BACKDATED, LATE
from projections.evaluation.cadences import Cadences
from projections.evaluation.key_results import CycleRules
from projections.moment import Moment
from projections.store.lookups import fetch_rows_at
from projections.store.tables import CycleRow, check_ins, key_results, objectives, valid_at

PERIOD_DAYS = {"weekly": 7, "biweekly": 14, "monthly": 31}
"""The days from one due day to the next, at most."""


def classify_check_ins(connection: Connection, after: int, later: Moment) -> Iterator[tuple[int, str, str | None]]:
    """The position and the key result of each check-in recorded after a position and up to a moment, with its kind if it is
    more than a plain one.
    """
    rules = {row.id: CycleRules(row, later) for row in fetch_rows_at(connection, CycleRow, later.position)}
    cadences = Cadences.load(connection, later.position)
    originals = (check_ins.c.created > after) & (check_ins.c.created <= later.position)
    query = (
        select(check_ins.c.created, check_ins.c.key_result_id, check_ins.c.measured_on, check_ins.c.recorded_at)
        .add_columns(key_results.c.cycle_id, key_results.c.cadence, objectives.c.unit_id)
        .join(key_results, (key_results.c.id == check_ins.c.key_result_id) & valid_at(key_results, later.position))
        .join(objectives, (objectives.c.id == key_results.c.objective_id) & valid_at(objectives, later.position))
        .where(originals, check_ins.c.from_position == check_ins.c.created)
    )
    for row in connection.execute(query):
        cycle = rules[row.cycle_id]
        due = cycle.due_days(cadences.effective_parts(row.unit_id, row.cadence))
        yield row.created, row.key_result_id, _classify(row, cycle, due, later)


def _classify(row: Any, cycle: CycleRules, due: DueDays, later: Moment) -> str | None:
    """`check_in_after_seal` once the cycle was closed; `late_check_in` after its last day; `backdated_check_in` when the day
    that it speaks of lies further back than the longest period of the key result's cadence and its days of grace.
    """
    if cycle.row.closed_at is not None and row.created > cycle.row.closed_at:
        return AFTER_SEAL
    recorded_on = later.recorded_day(row.recorded_at)
    if recorded_on > cycle.ends_on:
        return LATE
    back = (recorded_on - date.fromisoformat(row.measured_on)).days
    return BACKDATED if back > PERIOD_DAYS[due.every] + due.grace_days else None
