"""Classifies the check-ins between two moments: in time, after the end, backdated, or after the seal of their cycle."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Connection, select

from okr_events.domain.schedule.due_days import DueDays
from projections.evaluation.cadences import Cadences
from projections.evaluation.key_results import CycleRules
from projections.moment import Moment
from projections.store.lookups import fetch_rows_at
from projections.store.tables import CycleRow, check_ins, key_results, objectives, valid_at

PERIOD_DAYS = {"weekly": 7, "biweekly": 14, "monthly": 31}
"""The longest period between two due days."""


def classify_check_ins(connection: Connection, after: int, later: Moment) -> Iterator[tuple[int, str, str | None]]:
    """The position and key result of each check-in recorded after a position and up to a moment, with its change kind.

    The kind is null for a check-in in time.
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
    for position, key_result_id, measured_on, recorded_at, cycle_id, cadence, unit_id in connection.execute(query):
        cycle, recorded_on = rules[cycle_id], later.recorded_day(recorded_at)
        due_days = cycle.due_days(cadences.effective_parts(unit_id, cadence))
        days_back = (recorded_on - date.fromisoformat(measured_on)).days
        yield position, key_result_id, _classify(position, recorded_on, days_back, cycle, due_days)


def _classify(position: int, recorded_on: date, days_back: int, cycle: CycleRules, due_days: DueDays) -> str | None:
    """A check-in is backdated by more than the longest period of its cadence and the days of grace."""
    if cycle.row.closed_at is not None and position > cycle.row.closed_at:
        return "check_in_after_seal"
    if recorded_on > cycle.ends_on:
        return "check_in_after_end"
    return "backdated_check_in" if days_back > PERIOD_DAYS[due_days.every] + due_days.grace_days else None
