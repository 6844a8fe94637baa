"""Standings: the value, confidence and status in force of each key result, derived from its check-ins."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

import orjson
from sqlalchemy import Connection, select

from okr_events.row_types import fetch_rows
from projections.moment import Moment, format_recorded_at
from projections.store.batching import batches
from projections.store.tables import CheckInRow, RowValues, StandingRow, check_ins, row_from_values, valid_at

POSITION_COLUMN_BY_FIELD = {"value": "value_at", "milestones": "value_at", "confidence": "confidence_at", "status": "status_at"}
"""The column with the position of the event, a check-in or its correction, that stated the field or its day."""
LATEST_COLUMNS = ("id", "measured_on", "value", "confidence", "status", "author")


STATED_COLUMNS = tuple(StandingRow.__annotations__.keys() - {"cycle_id"})
NOTHING_STATED = row_from_values(StandingRow, dict.fromkeys(STATED_COLUMNS))


def compute_standing(reports: Iterable[CheckInRow]) -> RowValues:
    """What is in force after check-ins: of each part the last by (measured on, position); retracted ones do not count."""
    standing: RowValues = dict.fromkeys(STATED_COLUMNS)
    live = (report for report in reports if not report.retracted)
    for report in sorted(live, key=lambda report: (report.measured_on, report.created)):
        standing |= standing_changes(standing, report)
    return standing


def standing_changes(standing: RowValues, report: CheckInRow) -> RowValues:
    """The columns that one more check-in changes, recorded after those before."""
    day = report.measured_on
    changes: RowValues = {"reported_at": max(standing["reported_at"] or 0, report.recorded_at)}
    if (report.value or report.milestones) is not None and day >= (standing["value_on"] or ""):
        changes |= {"value": report.value, "milestones": report.milestones, "value_on": day, "value_at": report.value_at}
    if report.confidence is not None and day >= (standing["confidence_on"] or ""):
        changes |= {"confidence": report.confidence, "confidence_on": day, "confidence_at": report.confidence_at}
    if report.status is not None and day >= (standing["status_on"] or ""):
        changes |= {"status": report.status, "status_on": day, "status_at": report.status_at}
    if day >= (standing["latest_on"] or ""):
        changes |= {"latest": _serialize_latest(report), "latest_on": day}
    return changes


def _serialize_latest(report: CheckInRow) -> str:
    """The check-in as key results show it, as JSON."""
    fields = {name: getattr(report, name) for name in LATEST_COLUMNS}
    fields["milestones"] = orjson.Fragment(report.milestones or "null")
    fields["recorded_at"] = format_recorded_at(report.recorded_at)
    return orjson.dumps({**fields, "position": report.created}).decode()


def fetch_standings_in_force(connection: Connection, moment: Moment, rows: Sequence[StandingRow]) -> dict[str, StandingRow]:
    """The standings at the moment's effective day, by key result, from those at its position."""
    if moment.effective_on >= moment.today:
        return {row.id: row for row in rows}
    reports = fetch_reports_in_force(connection, moment, [row.id for row in rows])
    return {row.id: _standing_at_effective_day(row, reports.get(row.id, ())) for row in rows}


def _standing_at_effective_day(row: StandingRow, reports: Iterable[CheckInRow]) -> StandingRow:
    """What these check-ins put in force; a later report still keeps the key result from being outdated."""
    stated = compute_standing(reports)
    return row_from_values(StandingRow, {**stated, "reported_at": row.reported_at, "version": row.version})


def fetch_reports_in_force(connection: Connection, moment: Moment, ids: Collection[str]) -> dict[str, list[CheckInRow]]:
    """The check-ins in force of each key result, rising by (measured on, position)."""
    found: dict[str, list[CheckInRow]] = defaultdict(list)
    for batch in batches(ids):
        query = (
            select(check_ins)
            .where(valid_at(check_ins, moment.position), check_ins.c.key_result_id.in_(batch))
            .where(check_ins.c.retracted == 0, check_ins.c.measured_on <= moment.effective_on.isoformat())
            .order_by(check_ins.c.measured_on, check_ins.c.created)
        )
        for row in fetch_rows(connection, CheckInRow, query):
            found[row.key_result_id].append(row)
    return found
