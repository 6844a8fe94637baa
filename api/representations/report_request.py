"""Reporting: what a report is asked about, for HTTP and for the command line."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from api.http import responses
from api.operations.stores import Stores
from projections import moment as moments
from projections.moment import Moment
from projections.reports.context import ReportContext, unit_ids_below
from projections.reports.report_types import ReportType
from projections.store import lookups
from projections.store.tables import UnitRow


def build_report_context(
    own: Stores, connection: Connection, at: Moment, *, kind: ReportType, cycle: Any, unit: UUID | None, since: Moment | None
) -> ReportContext:
    """A report of a kind on a cycle's row and perhaps a unit; without `since` it looks as far back as its kind does.

    Raises `NotFound` when there is no such unit, or was none when the cycle was closed.
    """

    def names(ids: Collection[str]) -> Mapping[str, str]:
        return {str(id): name for id, name in own.register.people.names_by_id({UUID(id) for id in ids}).items()}

    def opened(value: Any) -> Any:
        return responses.decrypt_with(own.register.keys, value)

    if since is None and kind.default_since:
        since = moments.moment_at_day_start(kind.default_since(at.today), at, own.log)
    row = lookups.fetch_row(connection, UnitRow, unit, at.position) if unit else None
    below = unit_ids_below(connection, unit, cycle, at) if unit else None
    return ReportContext(connection, own.log, own.okrs.mapper, at, cycle, row, below, names, opened, since)
