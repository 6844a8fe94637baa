"""Scope: the cycle and units whose changes are reported, and the objectives behind each changed thing."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from projections.store.lookups import fetch_newest
from projections.store.tables import AlignmentRow, CheckInRow, ConversationRow, InitiativeRow, KeyResultRow, ObjectiveRow

StreamIds = Mapping[str, Collection[str]]
"""Ids of streams by the name of their aggregate."""
UnitAndCycle = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Scope:
    """Things of one cycle and of some units; null does not restrict. The cycle and the units themselves are included, and
    a link if either end is; things without unit and cycle, such as priorities, are not.
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
    objective_ids = find_objectives(connection, streams)
    rows = fetch_newest(connection, ObjectiveRow, set().union(*objective_ids.values()))
    return {id: {(rows[end].unit_id, rows[end].cycle_id) for end in ends if end in rows} for id, ends in objective_ids.items()}


def find_objectives(connection: Connection, streams: StreamIds) -> dict[str, set[str]]:
    """The objectives of things, by the things' ids; a link has those at both ends."""
    subjects = _find_subjects(connection, streams)
    about_check_ins: set[str] = set().union(*(ends for id, ends in subjects.items() if id in streams["Conversation"]))
    check_ins = fetch_newest(connection, CheckInRow, about_check_ins)
    subjects = {
        id: {check_ins[end].key_result_id if end in check_ins else end for end in ends} for id, ends in subjects.items()
    }
    parts = fetch_newest(connection, KeyResultRow, set().union(*subjects.values()))
    return {id: {parts[end].objective_id if end in parts else end for end in ends} for id, ends in subjects.items()}


def _find_subjects(connection: Connection, streams: StreamIds) -> dict[str, set[str]]:
    """What each thing belongs to or is about; that never changes."""
    links = fetch_newest(connection, AlignmentRow, streams["Alignment"])
    initiatives = fetch_newest(connection, InitiativeRow, streams["Initiative"])
    conversations = fetch_newest(connection, ConversationRow, streams["Conversation"])
    return {
        **{id: {id} for aggregate in ("Objective", "KeyResult") for id in streams[aggregate]},
        **{id: {row.child_id, row.parent_id} for id, row in links.items()},
        **{id: {row.key_result_id} for id, row in initiatives.items()},
        **{id: {row.subject_id} for id, row in conversations.items()},
    }
