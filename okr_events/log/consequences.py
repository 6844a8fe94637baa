"""What follows from the log: the small tables that constraints rest on, derived again from the events."""

from typing import Any
from uuid import UUID

from okr_events.alignment import Alignment
from okr_events.cycle import Cycle
from okr_events.log.constraints import Run
from okr_events.log.envelope import Envelope
from okr_events.objective import Objective
from okr_events.unit import Unit

Row = tuple[str, ...]
SELECTS = {
    "claims": "SELECT scope, name, holder FROM claims",
    "edges": "SELECT graph, child, parent, link FROM edges",
    "ended": "SELECT id FROM ended",
}


def held(run: Run) -> dict[str, set[Row]]:
    """The rows of the tables as they are."""
    return {table: {tuple(row) for row in run(select, ())} for table, select in SELECTS.items()}


class Consequences:
    """The rows that the tables must hold after the events taken so far."""

    def __init__(self) -> None:
        self.claims: dict[tuple[str, str], str] = {}
        self.edges: dict[str, Row] = {}
        self.ended: set[Row] = set()
        self.units: dict[UUID, tuple[str, str]] = {}

    def rows(self) -> dict[str, set[Row]]:
        return {
            "claims": {(*place, holder) for place, holder in self.claims.items()},
            "edges": set(self.edges.values()),
            "ended": self.ended,
        }

    def take(self, event: Any, envelope: Envelope) -> None:
        if envelope.imported:
            self.claims["import", envelope.imported["sha256"]] = envelope.correlation_id.hex
        id = event.originator_id
        match event:
            case Unit.Created():
                self._place_unit(id, event.name, event.parent_id)
            case Unit.Renamed():
                self._name_unit(id, event.name, self.units[id][1])
            case Unit.Moved():
                self._place_unit(id, self.units[id][0], event.parent_id)
            case Cycle.Created():
                self.claims["cycle", event.name.casefold()] = id.hex
            case Alignment.Created():
                ends = (event.child_id.hex, event.parent_id.hex)
                self.claims["link", f"{ends[0]}/{ends[1]}/{event.kind}"] = id.hex
                self.edges[id.hex] = ("contribution", *ends, id.hex)
            case Alignment.Ended():
                self.claims = {place: holder for place, holder in self.claims.items() if holder != id.hex}
                self.edges.pop(id.hex, None)
            case Objective.Cancelled():
                self.ended.add((id.hex,))
                self.edges = {link: edge for link, edge in self.edges.items() if id.hex not in edge[1:3]}

    def _place_unit(self, id: UUID, name: str, parent_id: UUID | None) -> None:
        if parent_id is None:
            self.claims["company", ""] = id.hex
        else:
            self.edges[id.hex] = ("units", id.hex, parent_id.hex, id.hex)
        self._name_unit(id, name, parent_id.hex if parent_id else "")

    def _name_unit(self, id: UUID, name: str, place: str) -> None:
        if id in self.units:
            before, old_place = self.units[id]
            self.claims.pop((f"unit/{old_place}", before.casefold()), None)
        self.units[id] = (name, place)
        self.claims[f"unit/{place}", name.casefold()] = id.hex
