"""Derivation of the constraint tables from the events of the log."""

from collections import defaultdict
from uuid import UUID

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Mapper, StoredEvent

from okr_events.domain.alignment import Alignment, AlignmentKind
from okr_events.domain.cycle import Cycle
from okr_events.domain.key_result import KeyResult
from okr_events.domain.names import name_key
from okr_events.domain.objective import Objective
from okr_events.domain.person import Person
from okr_events.domain.priority import Priority
from okr_events.domain.unit import Unit
from okr_events.event_log import constraints
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.import_constraints import ROWS, goal_claim
from okr_events.event_log.recorder import LogRecorder
from okr_events.event_log.scoring_constraints import RequireScore
from okr_events.json_types import JsonObject

Row = tuple[str | int, ...]
EdgeRow = tuple[str, str, str, str]
COLUMNS = {
    "claims": ("scope", "name", "holder"),
    "edges": ("graph", "child", "parent", "link"),
    "ended": ("id",),
    "members": ("place", "id"),
    "limits": ("name", "most"),
}


def fetch_tables(run: constraints.RunStatement) -> dict[str, set[Row]]:
    """Return the present rows of each table."""
    selects = {table: f"SELECT {', '.join(columns)} FROM {table}" for table, columns in COLUMNS.items()}  # noqa: S608 - own names
    return {table: {tuple(row) for row in run(select, ())} for table, select in selects.items()}


def is_current(run: constraints.RunStatement) -> bool:
    """Return whether this version derived the tables."""
    return [row[0] for row in run("SELECT logic FROM derivation", ())] == [constraints.DERIVATION_VERSION]


def is_outdated(run: constraints.RunStatement) -> bool:
    """Return whether an earlier version derived the tables, which are derived anew when the service starts."""
    versions = [row[0] for row in run("SELECT logic FROM derivation", ())]
    return len(versions) == 1 and versions[0] < constraints.DERIVATION_VERSION


def replace_tables(run: constraints.RunStatement, derived: "DerivedTables") -> None:
    """Replace the rows of the tables by the derived ones."""
    for table, rows in derived.rows().items():
        columns = COLUMNS[table]
        run(f"DELETE FROM {table}", ())  # noqa: S608 - own names
        insert = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({constraints.placeholders(columns)})"  # noqa: S608 - own names
        for row in sorted(rows):
            run(insert, row)
    run("DELETE FROM derivation", ())
    run("INSERT INTO derivation (logic) VALUES (%s)", (constraints.DERIVATION_VERSION,))


class DerivedTables:
    """The rows that the tables must hold after the events applied so far."""

    def __init__(self) -> None:
        self.claims: dict[tuple[str, str], str] = {}
        self.claims_by_holder: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self.edges: set[EdgeRow] = set()
        self.edges_by: dict[tuple[str, str], set[EdgeRow]] = defaultdict(set)
        self.ended: set[Row] = set()
        self.members: dict[str, set[str]] = defaultdict(set)
        self.limits: dict[str, int] = {}
        self.objectives: dict[UUID, UUID] = {}
        self.objective_key_results: dict[UUID, set[str]] = defaultdict(set)
        self.units: dict[UUID, str] = {}
        self.unit_names: dict[UUID, str] = {}

    def rows(self) -> dict[str, set[Row]]:
        return {
            "claims": {(*claim, holder) for claim, holder in self.claims.items()},
            "edges": set(self.edges),
            "ended": self.ended,
            "members": {(place, id) for id, places in self.members.items() for place in places},
            "limits": set(self.limits.items()),
        }

    def apply(self, event: DomainEventProtocol[UUID], envelope: Envelope) -> None:
        if envelope.imported:
            self._apply_import(event, envelope.imported, envelope.correlation_id)
        if isinstance(event, Person.Created):
            self._claim("erased", event.originator_id.hex, envelope.correlation_id)
        self._apply_structure(event.originator_id, event)
        self._apply_goal(event.originator_id, event)
        self._apply_key_result(event.originator_id, event)

    def _apply_import(self, event: object, source: dict[str, str], import_id: UUID) -> None:
        """Nothing releases what an import claims."""
        self.claims["import", source["sha256"]] = import_id.hex
        if "row" in source:
            self.claims[ROWS, source["row"]] = import_id.hex
        if claim := goal_claim(event, source):
            self.claims[claim.scope, claim.name] = claim.holder.hex

    def _apply_structure(self, id: UUID, event: object) -> None:
        match event:
            case Unit.Created():
                self._place_unit(id, event.name, event.parent_id)
            case Unit.Renamed():
                self._claim_unit_name(id, event.name, self.units[id])
            case Unit.Moved():
                self._remove_edges("link", id)
                self._place_unit(id, self.unit_names[id], event.parent_id)
            case Cycle.Created():
                self._claim("cycle", name_key(event.name), id)
                self._set_limits(id, event.policy)
            case Cycle.PolicyChanged():
                self._set_limits(id, event.policy)
            case Cycle.Closed():
                self.ended.add((id.hex,))

    def _apply_goal(self, id: UUID, event: object) -> None:
        match event:
            case Objective.Created():
                self._add_member(constraints.count_objective(event.unit_id, event.cycle_id, id))
                if event.draft:
                    self._claim("draft", id.hex, id)
            case Objective.Agreed():
                self._release(id)
            case Alignment.Created():
                self._add_link(id, event)
            case Alignment.Ended() | Alignment.Declined():
                self._release(id)
                self._remove_edges("link", id)
            case Objective.Closed():
                self.ended.add((id.hex,))
                self._claim("closed", id.hex, id)
            case Objective.Cancelled() | Priority.Retired():
                self._mark_ended(id)
                for key_result in self.objective_key_results[id]:
                    self._drop_unscored(key_result)

    def _apply_key_result(self, id: UUID, event: object) -> None:
        match event:
            case KeyResult.Created():
                self.objectives[id] = event.objective_id
                self.objective_key_results[event.objective_id].add(id.hex)
                self._add_member(constraints.count_key_result(event.objective_id, event.cycle_id, id))
                self._add_member(RequireScore(event.cycle_id, event.objective_id, id))
            case KeyResult.Scored():
                self._drop_unscored(id.hex)
            case KeyResult.Cancelled():
                self._mark_ended(id)

    def _set_limits(self, cycle: UUID, policy: JsonObject) -> None:
        for limit in constraints.policy_limits(cycle, policy):
            self.limits.pop(limit.name, None)
            if limit.most is not None:
                self.limits[limit.name] = limit.most

    def _add_member(self, constraint: constraints.CountTowardsLimit | RequireScore) -> None:
        self.members[constraint.id.hex].add(constraint.place)

    def _drop_unscored(self, key_result: str) -> None:
        self.members[key_result] = {place for place in self.members[key_result] if not place.startswith("unscored/")}

    def _claim(self, scope: str, name: str, holder: UUID) -> None:
        """The first holder keeps the claim: earlier versions compared names otherwise, so that two could have one."""
        if self.claims.setdefault((scope, name), holder.hex) == holder.hex:
            self.claims_by_holder[holder.hex].add((scope, name))

    def _release(self, holder: UUID) -> None:
        for claim in self.claims_by_holder.pop(holder.hex, ()):
            del self.claims[claim]

    def _add_link(self, id: UUID, link: Alignment.Created) -> None:
        child, parent = link.child_id.hex, link.parent_id.hex
        self._claim("link", f"{child}/{parent}/{link.kind}", id)
        if AlignmentKind(link.kind).contributes:
            self._add_edge("contribution", child, parent, id)
        if link.kind == AlignmentKind.EXPLICIT:
            self._add_edge("contribution", parent, self.objectives[link.parent_id].hex, id)

    def _add_edge(self, graph: str, child: str, parent: str, link: UUID) -> None:
        edge = (graph, child, parent, link.hex)
        self.edges.add(edge)
        for index in (("node", child), ("node", parent), ("link", link.hex)):
            self.edges_by[index].add(edge)

    def _remove_edges(self, index: str, id: UUID) -> None:
        self.edges -= self.edges_by.pop((index, id.hex), set())

    def _mark_ended(self, id: UUID) -> None:
        self.ended.add((id.hex,))
        self.members.pop(id.hex, None)
        self._remove_edges("node", id)
        self._release(id)

    def _place_unit(self, id: UUID, name: str, parent_id: UUID | None) -> None:
        if parent_id is None:
            self._claim("company", "", id)
        else:
            self._add_edge("units", id.hex, parent_id.hex, id)
        self._claim_unit_name(id, name, parent_id.hex if parent_id else "")

    def _claim_unit_name(self, id: UUID, name: str, parent: str) -> None:
        for old in [claim for claim in self.claims_by_holder[id.hex] if claim[0].startswith("unit/")]:
            self.claims_by_holder[id.hex].discard(old)
            del self.claims[old]
        self.units[id], self.unit_names[id] = parent, name
        self._claim(f"unit/{parent}", name_key(name), id)


def rebuild_if_outdated(log: LogRecorder, mapper: Mapper[UUID]) -> None:
    """Derive the tables again if another version filled them."""
    with log.read_transaction() as run:
        if is_current(run):
            return
    with log.append_transaction() as run:
        head, _ = log.lock_head(run)
        derived, position = DerivedTables(), 0
        while position < head.position:
            for recorded in log.events_after(after=position):
                id, version = recorded.originator_id, recorded.originator_version
                event = mapper.to_domain_event(StoredEvent(id, version, recorded.topic, recorded.state))
                derived.apply(event, Envelope.decode(recorded.envelope, id, version))
                position = recorded.position
        replace_tables(run, derived)
