"""Named: what everybody and every unit in a report is called."""

from collections.abc import Iterator
from typing import Any

from okr_events.register.encryption_keys import ERASED_TEXT
from projections.reports.context import ReportContext, fetch_rows
from projections.store import tables

ID_FIELDS = {"owner", "author", "actor", "participants", "unit_id"}


def with_names(asked: ReportContext, report: dict[str, Any]) -> dict[str, Any]:
    """The report with `names`: those of all people and units in it, by id. A unit is called as it was at the end, and one that
    came later as it is now.
    """
    ids = set(_collect_ids(report))
    people = asked.resolve_names(ids)
    units = {row.id: row.name for row in (*fetch_rows(asked, tables.units), *asked.units_by_id.values())}
    return {**report, "names": {id: units.get(id) or people.get(id, ERASED_TEXT) for id in sorted(ids)}}


def _collect_ids(value: Any, *, role: bool = False) -> Iterator[str]:
    """The ids under the names of roles: one, several, or one before and one after."""
    parts = value.items() if isinstance(value, dict) else ((None, part) for part in value)
    for name, part in parts:
        if isinstance(part, dict | list):
            yield from _collect_ids(part, role=role or name in ID_FIELDS)
        elif isinstance(part, str) and (role or name in ID_FIELDS):
            yield part
