"""What follows from the log: the small tables that constraints rest on, derived again from the events."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Mapper, StoredEvent

from okr_events.domain.alignment import Alignment, Kind
from okr_events.domain.cycle import Cycle
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.person import Person
from okr_events.domain.priority import Priority
from okr_events.domain.unit import Unit
from okr_events.event_log.constraints import LOGIC, Join, Run, key_result_of, limits_of, objective_of
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.recorder import Recording
from okr_events.event_log.scoring_constraints import Unscored

Row = tuple[str | int, ...]
Edge = tuple[str, str, str, str]
COLUMNS = {
    "claims": ("scope", "name", "holder"),
    "edges": ("graph", "child", "parent", "link"),
    "ended": ("id",),
    "members": ("place", "id"),
    "limits": ("name", "most"),
}


def held(run: Run) -> dict[str, set[Row]]:
    """The rows of the tables as they are."""
    selects = {table: f"SELECT {', '.join(columns)} FROM {table}" for table, columns in COLUMNS.items()}  # noqa: S608 - ours
    return {table: {tuple(row) for row in run(select, ())} for table, select in selects.items()}


def derived(run: Run) -> bool:
    """Whether the tables hold what this version derives from the log."""
    return [row[0] for row in run("SELECT logic FROM derivation", ())] == [LOGIC]


def derive(run: Run, follows: "Consequences") -> None:
    """Put what follows from the log in place of what the tables held."""
    for table, rows in follows.rows().items():
        run(f"DELETE FROM {table}", ())  # noqa: S608 - one of our own names
        marks = ", ".join(["%s"] * len(COLUMNS[table]))
        for row in sorted(rows):
            run(f"INSERT INTO {table} ({', '.join(COLUMNS[table])}) VALUES ({marks})", row)  # noqa: S608 - as above
    run("DELETE FROM derivation", ())
    run("INSERT INTO derivation (logic) VALUES (%s)", (LOGIC,))


class Consequences:
    """The rows that the tables must hold after the events taken so far."""

    def __init__(self) -> None:
        self.claims: dict[tuple[str, str], str] = {}
        self.claimed: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self.edges: set[Edge] = set()
        self.edges_by: dict[tuple[str, str], set[Edge]] = defaultdict(set)
        self.ended: set[Row] = set()
        self.members: dict[str, set[str]] = defaultdict(set)
        self.limits: dict[str, int] = {}
        self.objectives: dict[UUID, UUID] = {}
        self.measures: dict[UUID, set[str]] = defaultdict(set)
        self.units: dict[UUID, str] = {}

    def rows(self) -> dict[str, set[Row]]:
        return {
            "claims": {(*place, holder) for place, holder in self.claims.items()},
            "edges": set(self.edges),
            "ended": self.ended,
            "members": {(place, id) for id, places in self.members.items() for place in places},
            "limits": set(self.limits.items()),
        }

    def take(self, event: Any, envelope: Envelope) -> None:
        if envelope.imported:
            self._claim("import", envelope.imported["sha256"], envelope.correlation_id)
        if isinstance(event, Person.Created):
            self._claim("erased", event.originator_id.hex, envelope.correlation_id)
        self._take_place(event.originator_id, event)
        self._take_goal(event.originator_id, event)
        self._take_measure(event.originator_id, event)

    def _take_place(self, id: UUID, event: Any) -> None:
        match event:
            case Unit.Created():
                self._place_unit(id, event.name, event.parent_id)
            case Unit.Renamed():
                self._name_unit(id, event.name, self.units[id])
            case Unit.Moved():
                self._cut("link", id)
                self._place_unit(id, self._unit_name(id), event.parent_id)
            case Cycle.Created():
                self._claim("cycle", event.name.casefold(), id)
                self._limit(id, event.policy)
            case Cycle.PolicyChanged():
                self._limit(id, event.policy)
            case Cycle.Closed():
                self.ended.add((id.hex,))

    def _take_goal(self, id: UUID, event: Any) -> None:
        match event:
            case Objective.Created():
                self._join(objective_of(event.unit_id, event.cycle_id, id))
                if event.draft:
                    self._claim("draft", id.hex, id)
            case Objective.Agreed():
                self._release(id)
            case Alignment.Created():
                self._link(id, event)
            case Alignment.Ended() | Alignment.Declined():
                self._release(id)
                self._cut("link", id)
            case Objective.Closed():
                self.ended.add((id.hex,))
                self._claim("closed", id.hex, id)
            case Objective.Cancelled() | Priority.Retired():
                self._end(id)
                for measure in self.measures[id]:
                    self._judge(measure)

    def _take_measure(self, id: UUID, event: Any) -> None:
        match event:
            case KeyResult.Created():
                self.objectives[id] = event.objective_id
                self.measures[event.objective_id].add(id.hex)
                self._join(key_result_of(event.objective_id, event.cycle_id, id))
                self._join(Unscored(event.cycle_id, event.objective_id, id))
            case KeyResult.Scored():
                self._judge(id.hex)
            case KeyResult.Cancelled():
                self._end(id)

    def _limit(self, cycle: UUID, policy: dict[str, Any]) -> None:
        for limit in limits_of(cycle, policy):
            self.limits.pop(limit.name, None)
            if limit.most is not None:
                self.limits[limit.name] = limit.most

    def _join(self, join: Join | Unscored) -> None:
        self.members[join.id.hex].add(join.place)

    def _judge(self, measure: str) -> None:
        """It wants no score any more."""
        self.members[measure] = {place for place in self.members[measure] if not place.startswith("unscored/")}

    def _claim(self, scope: str, name: str, holder: UUID) -> None:
        self.claims[scope, name] = holder.hex
        self.claimed[holder.hex].add((scope, name))

    def _release(self, holder: UUID) -> None:
        for place in self.claimed.pop(holder.hex, ()):
            del self.claims[place]

    def _link(self, id: UUID, link: Alignment.Created) -> None:
        child, parent = link.child_id.hex, link.parent_id.hex
        self._claim("link", f"{child}/{parent}/{link.kind}", id)
        if Kind(link.kind).contributes:
            self._connect("contribution", child, parent, id)
        if link.kind == Kind.EXPLICIT:
            self._connect("contribution", parent, self.objectives[link.parent_id].hex, id)

    def _connect(self, graph: str, child: str, parent: str, link: UUID) -> None:
        edge = (graph, child, parent, link.hex)
        self.edges.add(edge)
        for place in (("node", child), ("node", parent), ("link", link.hex)):
            self.edges_by[place].add(edge)

    def _cut(self, what: str, id: UUID) -> None:
        self.edges -= self.edges_by.pop((what, id.hex), set())

    def _end(self, id: UUID) -> None:
        self.ended.add((id.hex,))
        self.members.pop(id.hex, None)
        self._cut("node", id)
        self._release(id)

    def _place_unit(self, id: UUID, name: str, parent_id: UUID | None) -> None:
        if parent_id is None:
            self._claim("company", "", id)
        else:
            self._connect("units", id.hex, parent_id.hex, id)
        self._name_unit(id, name, parent_id.hex if parent_id else "")

    def _unit_name(self, id: UUID) -> str:
        return next(name for scope, name in self.claimed[id.hex] if scope.startswith("unit/"))

    def _name_unit(self, id: UUID, name: str, place: str) -> None:
        for old in [claim for claim in self.claimed[id.hex] if claim[0].startswith("unit/")]:
            self.claimed[id.hex].discard(old)
            del self.claims[old]
        self.units[id] = place
        self._claim(f"unit/{place}", name.casefold(), id)


def renew(log: Recording, mapper: Mapper[UUID]) -> None:
    """Derive the tables anew when an earlier version of this program filled them."""
    with log.reading() as run:
        if derived(run):
            return
    with log.appending() as run:
        head, _ = log.locked_head(run)
        follows, position = Consequences(), 0
        while position < head.position:
            for recorded in log.recorded(after=position):
                id, version = recorded.originator_id, recorded.originator_version
                event = mapper.to_domain_event(StoredEvent(id, version, recorded.topic, recorded.state))
                follows.take(event, Envelope.decoded(recorded.envelope, id, version))
                position = recorded.position
        derive(run, follows)
