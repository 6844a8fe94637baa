"""The names of the people and units in a report."""

from collections.abc import Iterator
from typing import Any

from okr_events.register.encryption_keys import ERASED_TEXT
from projections.reports.context import ReportContext
from projections.store.tables import UnitRow

ID_FIELDS = {"owner", "author", "actor", "participants", "unit_id"}


def with_names(context: ReportContext, report: dict[str, Any]) -> dict[str, Any]:
    """The report with `names` by id. A unit is listed with its name at the end, or its present name if it is newer."""
    ids = set(_collect_ids(report))
    people = context.resolve_names(ids)
    units = {row.id: row.name for row in (*context.fetch_rows(UnitRow), *context.units_by_id.values())}
    return {**report, "names": {id: units.get(id) or people.get(id, ERASED_TEXT) for id in sorted(ids)}}


def _collect_ids(value: Any, *, role: bool = False) -> Iterator[str]:
    """The ids in the members of `ID_FIELDS`, also inside lists and objects."""
    parts = value.items() if isinstance(value, dict) else ((None, part) for part in value)
    for name, part in parts:
        if isinstance(part, dict | list):
            yield from _collect_ids(part, role=role or name in ID_FIELDS)
        elif isinstance(part, str) and (role or name in ID_FIELDS):
            yield part
