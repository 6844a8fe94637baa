"""Cadences: what units and key results set of them, each part coming from the nearest that states it."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection, select

from projections.store.tables import units, valid_at

CadenceParts = tuple[tuple[str, Any], ...]
"""What is set of a cadence, by its name; the policy of the cycle says the rest."""


class Cadences:
    """What units with all above them set of cadences at a position: nothing is read where no unit sets any."""

    def __init__(self, rows: Iterable[Any] = ()) -> None:
        self.rows = {row.id: row for row in rows}
        self._cache: dict[tuple[str, str | None], CadenceParts] = {}

    @classmethod
    def load(cls, connection: Connection, position: int) -> "Cadences":
        there = valid_at(units, position)
        if connection.scalar(select(units.c.id).where(there, units.c.cadence.is_not(None)).limit(1)) is None:
            return cls()
        return cls(connection.execute(select(units.c.id, units.c.parent_id, units.c.cadence).where(there)))

    def replace_unit(self, row: Any) -> None:
        """A unit as it stands from now on."""
        self.rows[row.id] = row
        self._cache.clear()

    def effective_parts(self, unit_id: str, own: str | None = None) -> CadenceParts:
        """What a key result of a unit that sets its `own`, a JSON object, has in force apart from the policy."""
        if own is None and not self.rows:
            return ()
        if (unit_id, own) not in self._cache:
            self._cache[unit_id, own] = self._merge_parts(unit_id, own)
        return self._cache[unit_id, own]

    def ancestor_ids(self, unit_id: str) -> Iterator[str]:
        """The unit and all above it, upwards; nobody where no unit sets any."""
        while row := self.rows.get(unit_id):
            yield unit_id
            unit_id = row.parent_id

    def _merge_parts(self, unit_id: str, own: str | None) -> CadenceParts:
        above = self.rows.get(unit_id)
        over = (
            self.effective_parts(above.parent_id, above.cadence)
            if above and above.parent_id
            else _parse_parts(above and above.cadence)
        )
        return tuple(sorted((dict(over) | dict(_parse_parts(own))).items()))


def has_unit_cadences(connection: Connection, position: int) -> bool:
    """Whether a unit sets a cadence right before a position or at it; else where units stand says nothing of numbers."""
    return any(Cadences.load(connection, position - back).rows for back in (0, 1))


@lru_cache(maxsize=4096)
def _parse_parts(cadence: str | None) -> CadenceParts:
    return tuple(orjson.loads(cadence).items()) if cadence else ()
