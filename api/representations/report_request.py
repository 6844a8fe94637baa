"""Reporting: what a report is asked about, for HTTP and for the command line."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from api.http import responses
from api.operations.stores import Stores
from projections import moment as moments
from projections.moment import Moment
from projections.reports.context import Asked, lying_below
from projections.reports.report_types import Kind
from projections.store import lookups
from projections.store.tables import units


def asked_of(
    own: Stores, connection: Connection, at: Moment, *, kind: Kind, cycle: Any, unit: UUID | None, since: Moment | None
) -> Asked:
    """A report of a kind on a cycle's row and perhaps a unit; without `since` it looks as far back as its kind does.

    Raises `NotFound` when there is no such unit, or was none when the cycle was closed.
    """

    def names(ids: Collection[str]) -> Mapping[str, str]:
        return {str(id): name for id, name in own.register.people.names_of({UUID(id) for id in ids}).items()}

    def opened(value: Any) -> Any:
        return responses.opened_by(own.register.keys, value)

    if since is None and kind.since:
        since = moments.beginning_of(kind.since(at.today), at, own.log)
    row = lookups.one(connection, units, unit, at.position) if unit else None
    below = lying_below(connection, unit, cycle, at) if unit else None
    return Asked(connection, own.log, own.okrs.mapper, at, cycle, row, below, names, opened, since)
