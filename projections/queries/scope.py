"""Scope: whose changes are asked about, and the objectives behind each thing that changed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, select

from projections.store.batching import batches
from projections.store.tables import OPEN_ENDED, alignments, check_ins, conversations, initiatives, key_results, objectives

StreamIds = Mapping[str, Collection[str]]
"""Ids of things by the name of their aggregate."""
UnitAndCycle = tuple[str, str]
"""A unit and a cycle."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Things of one cycle, of some units; what is null does not matter. The cycle itself and the units themselves are in it,
    a link when either of its ends is; what belongs to nothing of the sort asked, such as a priority, is not.
    """

    cycle_id: str | None = None
    units: frozenset[str] | None = None

    @property
    def is_unrestricted(self) -> bool:
        return self.cycle_id is None and self.units is None

    def contains(self, aggregate: str, id: str, places: Iterable[UnitAndCycle]) -> bool:
        if self.is_unrestricted:
            return True
        match aggregate:
            case "Cycle":
                return id == self.cycle_id
            case "Unit":
                return self.units is not None and id in self.units
            case _:
                return any(self._contains(*place) for place in places)

    def _contains(self, unit_id: str, cycle_id: str) -> bool:
        return (self.units is None or unit_id in self.units) and self.cycle_id in {None, cycle_id}


def find_units_and_cycles(connection: Connection, streams: StreamIds) -> dict[str, set[UnitAndCycle]]:
    """The units and cycles of things, by the things' ids."""
    behind = find_objectives(connection, streams)
    rows = fetch_newest(connection, objectives, set().union(*behind.values()))
    return {id: {(rows[each].unit_id, rows[each].cycle_id) for each in found if each in rows} for id, found in behind.items()}


def find_objectives(connection: Connection, streams: StreamIds) -> dict[str, set[str]]:
    """The objectives that things are about, by the things' ids: a link's are those at both its ends."""
    about = _find_ends(connection, streams)
    reports = fetch_newest(
        connection, check_ins, set().union(*(ends for id, ends in about.items() if id in streams["Conversation"]))
    )
    about = {id: {reports[end].key_result_id if end in reports else end for end in ends} for id, ends in about.items()}
    parts = fetch_newest(connection, key_results, set().union(*about.values()))
    return {id: {parts[end].objective_id if end in parts else end for end in ends} for id, ends in about.items()}


def _find_ends(connection: Connection, streams: StreamIds) -> dict[str, set[str]]:
    links = fetch_newest(connection, alignments, streams["Alignment"])
    work = fetch_newest(connection, initiatives, streams["Initiative"])
    talks = fetch_newest(connection, conversations, streams["Conversation"])
    return {
        **{id: {id} for aggregate in ("Objective", "KeyResult") for id in streams[aggregate]},
        **{id: {row.child_id, row.parent_id} for id, row in links.items()},
        **{id: {row.key_result_id} for id, row in work.items()},
        **{id: {row.subject_id} for id, row in talks.items()},
    }


def fetch_newest(connection: Connection, table: Table, ids: Collection[str]) -> dict[str, Any]:
    """The newest version of each row: to what a thing belongs never changes."""
    found: dict[str, Any] = {}
    for some in batches(ids):
        query = select(table).where(table.c.id.in_(some), table.c.to_position == OPEN_ENDED)
        found |= {row.id: row for row in connection.execute(query)}
    return found
