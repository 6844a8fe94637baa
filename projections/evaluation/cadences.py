"""Cadences in force: each part comes from the key result or the nearest unit above that sets it."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

import orjson
from sqlalchemy import Connection, select

from projections.store.lookups import fetch_rows_at
from projections.store.tables import UnitRow, units, valid_at

CadenceParts = tuple[tuple[str, str | int], ...]
"""The parts of a cadence that are set, by name; the policy of the cycle sets the others."""


class Cadences:
    """The cadences of units at a position; empty when no unit sets any."""

    def __init__(self, rows: Iterable[UnitRow] = ()) -> None:
        self.rows = {row.id: row for row in rows}
        self._cache: dict[tuple[str, str | None], CadenceParts] = {}

    @classmethod
    def load(cls, connection: Connection, position: int) -> "Cadences":
        with_cadence = select(units.c.id).where(valid_at(units, position), units.c.cadence.is_not(None)).limit(1)
        return cls() if connection.scalar(with_cadence) is None else cls(fetch_rows_at(connection, UnitRow, position))

    def replace_unit(self, row: UnitRow) -> None:
        self.rows[row.id] = row
        self._cache.clear()

    def effective_parts(self, unit_id: str, own: str | None = None) -> CadenceParts:
        """The parts in force, apart from the policy, of a key result of the unit whose `own` cadence is a JSON object."""
        if own is None and not self.rows:
            return ()
        if (unit_id, own) not in self._cache:
            self._cache[unit_id, own] = self._merge_parts(unit_id, own)
        return self._cache[unit_id, own]

    def ancestor_ids(self, unit_id: str) -> Iterator[str]:
        """The unit and all units above it; none when no unit sets a cadence."""
        row = self.rows.get(unit_id)
        while row:
            yield row.id
            row = self.rows.get(row.parent_id or "")

    def _merge_parts(self, unit_id: str, own: str | None) -> CadenceParts:
        unit = self.rows.get(unit_id)
        if unit and unit.parent_id:
            inherited = self.effective_parts(unit.parent_id, unit.cadence)
        else:
            inherited = _parse_parts(unit.cadence) if unit else ()
        return tuple(sorted({**dict(inherited), **dict(_parse_parts(own))}.items()))


def has_unit_cadences(connection: Connection, position: int) -> bool:
    """Whether a unit sets a cadence right before a position or at it; otherwise moving units changes no numbers."""
    return any(Cadences.load(connection, position - back).rows for back in (0, 1))


@lru_cache(maxsize=4096)
def _parse_parts(cadence: str | None) -> CadenceParts:
    return tuple(orjson.loads(cadence).items()) if cadence else ()
