"""Constraints that span aggregates: stated by a command, enforced in the transaction that appends its events.

Each runs under the append lock, on small tables that the log keeps for it, so no race slips between check and append.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from okr_events.domain.errors import (
    AlreadyLinked,
    CycleSealed,
    KeyResultClosed,
    KeyResultInherited,
    NameTaken,
    ObjectiveEnded,
    OKRError,
    PersonErased,
    PriorityRetired,
    ReasonRequired,
    TooManyKeyResults,
    TooManyObjectives,
    VersionConflict,
)

RunStatement = Callable[[str, Sequence[Any]], list[Any]]
"""Runs a statement with `%s` for its parameters and gives the rows, if any."""

DERIVATION_VERSION = 4
"""The number rises when what the tables hold follows from the log in another way: they are then derived anew."""
TABLES = (
    "CREATE TABLE IF NOT EXISTS {log}derivation (logic INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS {log}claims (scope TEXT NOT NULL, name TEXT NOT NULL, holder TEXT NOT NULL,"
    " PRIMARY KEY (scope, name))",
    "CREATE INDEX IF NOT EXISTS claims_by_holder ON {log}claims (holder)",
    "CREATE TABLE IF NOT EXISTS {log}edges (graph TEXT NOT NULL, child TEXT NOT NULL, parent TEXT NOT NULL,"
    " link TEXT NOT NULL, PRIMARY KEY (graph, child, parent, link))",
    "CREATE INDEX IF NOT EXISTS edges_by_link ON {log}edges (link)",
    "CREATE INDEX IF NOT EXISTS edges_by_parent ON {log}edges (parent)",
    "CREATE TABLE IF NOT EXISTS {log}members (place TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (place, id))",
    "CREATE INDEX IF NOT EXISTS members_by_id ON {log}members (id)",
    "CREATE TABLE IF NOT EXISTS {log}limits (name TEXT NOT NULL PRIMARY KEY, most INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS {log}ended (id TEXT NOT NULL PRIMARY KEY)",
    "CREATE TABLE IF NOT EXISTS {log}sealed_reports (cycle_id TEXT NOT NULL PRIMARY KEY, digest TEXT NOT NULL,"
    " report {bytes} NOT NULL)",
)


class Constraint(Protocol):
    def enforce(self, run: RunStatement) -> None: ...


@dataclass(frozen=True, slots=True)
class Claim:
    """A name is held once per scope; the holder gives up what it held there before."""

    scope: str
    name: str
    holder: UUID
    error: type[OKRError] | OKRError = NameTaken

    def enforce(self, run: RunStatement) -> None:
        rows = run("SELECT holder FROM claims WHERE scope = %s AND name = %s", (self.scope, self.name))
        if rows and rows[0][0] != self.holder.hex:
            raise self.error
        if not rows:
            run("INSERT INTO claims (scope, name, holder) VALUES (%s, %s, %s)", (self.scope, self.name, self.holder.hex))


@dataclass(frozen=True, slots=True)
class Release:
    """The holder gives up its names of one kind: those of scopes that begin so."""

    scope: str
    holder: UUID

    def enforce(self, run: RunStatement) -> None:
        run("DELETE FROM claims WHERE holder = %s AND scope LIKE %s", (self.holder.hex, f"{self.scope}%"))


@dataclass(frozen=True, slots=True)
class AddEdge:
    """`child` comes below `parent` in a graph without circles; `link` names the edge, to take it out again."""

    graph: str
    child: UUID
    parent: UUID
    link: UUID
    error: type[OKRError]

    def enforce(self, run: RunStatement) -> None:
        circle = run(
            "WITH RECURSIVE above (node) AS (SELECT CAST(%s AS TEXT) UNION SELECT e.parent FROM edges e"
            " JOIN above a ON e.child = a.node WHERE e.graph = %s) SELECT 1 FROM above WHERE node = %s",
            (self.parent.hex, self.graph, self.child.hex),
        )
        if circle:
            raise self.error
        run(
            "INSERT INTO edges (graph, child, parent, link) VALUES (%s, %s, %s, %s)",
            (self.graph, self.child.hex, self.parent.hex, self.link.hex),
        )


@dataclass(frozen=True, slots=True)
class RemoveEdges:
    """The edges of a link leave their graph."""

    link: UUID

    def enforce(self, run: RunStatement) -> None:
        run("DELETE FROM edges WHERE link = %s", (self.link.hex,))


@dataclass(frozen=True, slots=True)
class NotEnded:
    """None of these has ended."""

    ids: tuple[UUID, ...]
    error: type[OKRError] = ObjectiveEnded

    def enforce(self, run: RunStatement) -> None:
        marks = ", ".join(["%s"] * len(self.ids))
        if run(f"SELECT id FROM ended WHERE id IN ({marks})", [id.hex for id in self.ids]):  # noqa: S608 - marks only
            raise self.error


@dataclass(frozen=True, slots=True)
class MarkEnded:
    """From now on this has ended: it contributes to nothing, and counts towards no limit."""

    id: UUID

    def enforce(self, run: RunStatement) -> None:
        run("INSERT INTO ended (id) VALUES (%s)", (self.id.hex,))
        run("DELETE FROM edges WHERE child = %s OR parent = %s", (self.id.hex, self.id.hex))
        run("DELETE FROM members WHERE id = %s", (self.id.hex,))


@dataclass(frozen=True, slots=True)
class VersionUnchanged:
    """A thing that was only looked at is still at the version at which it was; else one decides anew."""

    id: UUID
    version: int

    def enforce(self, run: RunStatement) -> None:
        newest = run("SELECT MAX(originator_version) FROM events WHERE originator_id = %s", (self.id.hex,))
        if newest[0][0] != self.version:
            raise VersionConflict


@dataclass(frozen=True, slots=True)
class NotInherited:
    """No objective contributes to any of these key results."""

    ids: tuple[UUID, ...]

    def enforce(self, run: RunStatement) -> None:
        marks = ", ".join(["%s"] * len(self.ids))
        if run(f"SELECT 1 FROM edges WHERE parent IN ({marks}) LIMIT 1", [id.hex for id in self.ids]):  # noqa: S608 - marks
            raise KeyResultInherited


@dataclass(frozen=True, slots=True)
class StillDraft:
    """The objective is a draft still: its changes need no reason."""

    id: UUID

    def enforce(self, run: RunStatement) -> None:
        if not run("SELECT 1 FROM claims WHERE scope = 'draft' AND name = %s", (self.id.hex,)):
            raise ReasonRequired


@dataclass(frozen=True, slots=True)
class SetLimit:
    """From now on each place under this name holds at most so many; with null there is no limit."""

    name: str
    most: int | None

    def enforce(self, run: RunStatement) -> None:
        run("DELETE FROM limits WHERE name = %s", (self.name,))
        if self.most is not None:
            run("INSERT INTO limits (name, most) VALUES (%s, %s)", (self.name, self.most))


@dataclass(frozen=True, slots=True)
class CountTowardsLimit:
    """One more of what a place holds, if the limit of that name allows it."""

    place: str
    limit: str
    id: UUID
    error: type[OKRError]

    def enforce(self, run: RunStatement) -> None:
        most = run("SELECT most FROM limits WHERE name = %s", (self.limit,))
        if most and run("SELECT COUNT(*) FROM members WHERE place = %s", (self.place,))[0][0] >= most[0][0]:
            raise self.error
        run("INSERT INTO members (place, id) VALUES (%s, %s)", (self.place, self.id.hex))


@dataclass(frozen=True, slots=True)
class StoreSealedReport:
    """The report of a sealed cycle, kept beside the event that has its digest."""

    cycle: UUID
    digest: str
    report: bytes

    def enforce(self, run: RunStatement) -> None:
        if run("SELECT 1 FROM sealed_reports WHERE cycle_id = %s", (self.cycle.hex,)):
            raise VersionConflict
        kept = (self.cycle.hex, self.digest, self.report)
        run("INSERT INTO sealed_reports (cycle_id, digest, report) VALUES (%s, %s, %s)", kept)


@dataclass(frozen=True, slots=True)
class NotErased:
    """None of these people was erased: nothing is said in their name, and nothing is given to them."""

    people: tuple[UUID, ...]

    def enforce(self, run: RunStatement) -> None:
        marks = ", ".join(["%s"] * len(self.people))
        erased = f"SELECT 1 FROM claims WHERE scope = 'erased' AND name IN ({marks})"  # noqa: S608 - marks only
        if run(erased, [id.hex for id in self.people]):
            raise PersonErased


def cycle_not_sealed(*ids: UUID) -> NotEnded:
    """None of these cycles is sealed."""
    return NotEnded(ids, CycleSealed)


def unique_link(child: UUID, parent: UUID, kind: str, link: UUID) -> Claim:
    """The same child, parent and kind are linked once at a time."""
    return Claim("link", f"{child.hex}/{parent.hex}/{kind}", link, AlreadyLinked)


def parent_not_ended(parent_type: str, id: UUID) -> NotEnded:
    """What a link goes to has not ended."""
    broken = {"objective": ObjectiveEnded, "key_result": KeyResultClosed, "priority": PriorityRetired}
    return NotEnded((id,), broken[parent_type])


def count_objective(unit: UUID, cycle: UUID, id: UUID) -> CountTowardsLimit:
    """One more objective of a unit in a cycle."""
    return CountTowardsLimit(f"objectives/{cycle.hex}/{unit.hex}", f"objectives/{cycle.hex}", id, TooManyObjectives)


def count_key_result(objective: UUID, cycle: UUID, id: UUID) -> CountTowardsLimit:
    """One more key result of an objective."""
    return CountTowardsLimit(f"key_results/{objective.hex}", f"key_results/{cycle.hex}", id, TooManyKeyResults)


def policy_limits(cycle: UUID, policy: dict[str, Any]) -> list[SetLimit]:
    """What a policy refuses; what it only warns of has no limit here."""
    named = {"objectives": "objectives_per_unit", "key_results": "key_results_per_objective"}
    found = {name: policy["limits"][part] for name, part in named.items()}
    return [SetLimit(f"{n}/{cycle.hex}", part["max"] if part["enforce"] == "refuse" else None) for n, part in found.items()]
