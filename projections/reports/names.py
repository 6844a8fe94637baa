"""Named: what everybody and every unit in a report is called."""

from collections.abc import Iterator
from typing import Any

from okr_events.register.encryption_keys import ERASED
from projections.reports.context import Asked, rows_about
from projections.store import tables

ROLES = {"owner", "author", "actor", "participants", "unit_id"}


def named(asked: Asked, report: dict[str, Any]) -> dict[str, Any]:
    """The report with `names`: those of all people and units in it, by id. A unit is called as it was at the end, and one that
    came later as it is now.
    """
    ids = set(_named_in(report))
    people = asked.names(ids)
    units = {row.id: row.name for row in (*rows_about(asked, tables.units), *asked.places.values())}
    return {**report, "names": {id: units.get(id) or people.get(id, ERASED) for id in sorted(ids)}}


def _named_in(value: Any, *, role: bool = False) -> Iterator[str]:
    """The ids under the names of roles: one, several, or one before and one after."""
    parts = value.items() if isinstance(value, dict) else ((None, part) for part in value)
    for name, part in parts:
        if isinstance(part, dict | list):
            yield from _named_in(part, role=role or name in ROLES)
        elif isinstance(part, str) and (role or name in ROLES):
            yield part
