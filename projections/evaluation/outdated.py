"""Finds the outdated key results, nearly always from the day of the last check-in alone."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import Connection, select

from okr_events.domain.schedule.overdue import OverdueDays
from projections.moment import Moment
from projections.store.batching import batches
from projections.store.tables import check_ins, valid_at

LastReports = Mapping[str, tuple[OverdueDays, date | None]]
"""The overdue days of key results by id, each with the day of the last check-in."""


def find_outdated(connection: Connection, moment: Moment, last_reports: LastReports) -> set[str]:
    """The ids of the key results whose last overdue day was missed and for which nothing was recorded since."""
    unclear = {id for id, (overdue, last) in last_reports.items() if last and overdue.needs_earlier_reports(last)}
    reported_on = _fetch_reported_days(connection, moment, unclear) if unclear else {}
    return {
        id
        for id, (overdue, last) in last_reports.items()
        if overdue.is_outdated(reported_on.get(id) or ([last] if last else []))
    }


def _fetch_reported_days(connection: Connection, moment: Moment, ids: Collection[str]) -> dict[str, list[date]]:
    """The days of all check-ins of key results, in the order of recording."""
    found: dict[str, list[date]] = defaultdict(list)
    for batch in batches(ids):
        query = select(check_ins.c.key_result_id, check_ins.c.recorded_at).where(
            valid_at(check_ins, moment.position), check_ins.c.retracted == 0, check_ins.c.key_result_id.in_(batch)
        )
        for id, recorded_at in connection.execute(query.order_by(check_ins.c.recorded_at)):
            found[id].append(moment.recorded_day(recorded_at))
    return found
