"""Constraints that span aggregates: a command states them, the transaction that appends its events enforces them.

Each runs under the append lock on the log's constraint tables, so nothing changes between check and append.
"""

from collections.abc import Callable, Sequence, Sized
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from okr_events.domain import errors
from okr_events.event_log.looks import Look
from okr_events.json_types import Json, JsonObject

RunStatement = Callable[[str, Sequence[object]], list[tuple[Json, ...]]]
"""Runs a statement with `%s` placeholders and returns its rows, if any; whoever reads them states their type."""


DERIVATION_VERSION = 5
"""Increase it whenever the tables are derived from the log differently: older ones are then rebuilt."""
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


def placeholders(values: Sized) -> str:
    """Return a `%s` for each value, separated by commas."""
    return ", ".join(["%s"] * len(values))


class Write(Protocol):
    """A constraint that checks and changes the constraint tables: its append has a transaction of its own."""

    def enforce(self, run: RunStatement) -> None: ...


Constraint = Write | Look


@dataclass(frozen=True, slots=True)
class Claim:
    """A name has one holder per scope. Raises `error` if another one has it."""

    scope: str
    name: str
    holder: UUID
    error: type[errors.OKRError] | errors.OKRError = errors.NameTaken

    def enforce(self, run: RunStatement) -> None:
        rows: list[tuple[str]] = run("SELECT holder FROM claims WHERE scope = %s AND name = %s", (self.scope, self.name))
        if rows and rows[0][0] != self.holder.hex:
            raise self.error
        if not rows:
            run("INSERT INTO claims (scope, name, holder) VALUES (%s, %s, %s)", (self.scope, self.name, self.holder.hex))


@dataclass(frozen=True, slots=True)
class Release:
    """Releases the names of a holder in all scopes with this prefix."""

    scope: str
    holder: UUID

    def enforce(self, run: RunStatement) -> None:
        run("DELETE FROM claims WHERE holder = %s AND scope LIKE %s", (self.holder.hex, f"{self.scope}%"))


@dataclass(frozen=True, slots=True)
class AddEdge:
    """Adds an edge to an acyclic graph; `link` identifies it for removal. Raises `error` if it would close a cycle."""

    graph: str
    child: UUID
    parent: UUID
    link: UUID
    error: type[errors.OKRError]

    def enforce(self, run: RunStatement) -> None:
        if run(
            "WITH RECURSIVE above (node) AS (SELECT CAST(%s AS TEXT) UNION SELECT e.parent FROM edges e"
            " JOIN above a ON e.child = a.node WHERE e.graph = %s) SELECT 1 FROM above WHERE node = %s",
            (self.parent.hex, self.graph, self.child.hex),
        ):
            raise self.error
        run(
            "INSERT INTO edges (graph, child, parent, link) VALUES (%s, %s, %s, %s)",
            (self.graph, self.child.hex, self.parent.hex, self.link.hex),
        )


@dataclass(frozen=True, slots=True)
class RemoveEdges:
    """Removes the edges of a link."""

    link: UUID

    def enforce(self, run: RunStatement) -> None:
        run("DELETE FROM edges WHERE link = %s", (self.link.hex,))


@dataclass(frozen=True, slots=True)
class MarkEnded:
    """Marks as cancelled or retired: it no longer contributes, and counts towards no limit."""

    id: UUID

    def enforce(self, run: RunStatement) -> None:
        run("INSERT INTO ended (id) VALUES (%s)", (self.id.hex,))
        run("DELETE FROM edges WHERE child = %s OR parent = %s", (self.id.hex, self.id.hex))
        run("DELETE FROM members WHERE id = %s", (self.id.hex,))


@dataclass(frozen=True, slots=True)
class SetLimit:
    """Sets the limit with this name; null removes it."""

    name: str
    most: int | None

    def enforce(self, run: RunStatement) -> None:
        run("DELETE FROM limits WHERE name = %s", (self.name,))
        if self.most is not None:
            run("INSERT INTO limits (name, most) VALUES (%s, %s)", (self.name, self.most))


@dataclass(frozen=True, slots=True)
class CountTowardsLimit:
    """Adds a member to a place. Raises `error` if the place has as many as the limit allows."""

    place: str
    limit: str
    id: UUID
    error: type[errors.OKRError]

    def enforce(self, run: RunStatement) -> None:
        most: list[tuple[int]] = run("SELECT most FROM limits WHERE name = %s", (self.limit,))
        if most and run("SELECT COUNT(*) FROM members WHERE place = %s", (self.place,))[0][0] >= most[0][0]:
            raise self.error
        run("INSERT INTO members (place, id) VALUES (%s, %s)", (self.place, self.id.hex))


@dataclass(frozen=True, slots=True)
class StoreSealedReport:
    """Stores the report of a sealed cycle; the event holds its digest. Raises `VersionConflict` if there is one already."""

    cycle: UUID
    digest: str
    report: bytes

    def enforce(self, run: RunStatement) -> None:
        if run("SELECT 1 FROM sealed_reports WHERE cycle_id = %s", (self.cycle.hex,)):
            raise errors.VersionConflict
        row = (self.cycle.hex, self.digest, self.report)
        run("INSERT INTO sealed_reports (cycle_id, digest, report) VALUES (%s, %s, %s)", row)


def is_inherited(run: RunStatement, *key_results: UUID) -> bool:
    """Return whether an objective inherits any of these key results."""
    query = f"SELECT 1 FROM edges WHERE parent IN ({placeholders(key_results)}) LIMIT 1"  # noqa: S608 - placeholders only
    return bool(run(query, [id.hex for id in key_results]))


def unique_link(child: UUID, parent: UUID, kind: str, link: UUID) -> Claim:
    """A child and parent have at most one link of a kind at a time."""
    return Claim("link", f"{child.hex}/{parent.hex}/{kind}", link, errors.AlreadyLinked)


def count_objective(unit: UUID, cycle: UUID, id: UUID) -> CountTowardsLimit:
    return CountTowardsLimit(f"objectives/{cycle.hex}/{unit.hex}", f"objectives/{cycle.hex}", id, errors.TooManyObjectives)


def count_key_result(objective: UUID, cycle: UUID, id: UUID) -> CountTowardsLimit:
    return CountTowardsLimit(f"key_results/{objective.hex}", f"key_results/{cycle.hex}", id, errors.TooManyKeyResults)


def policy_limits(cycle: UUID, policy: JsonObject) -> list[SetLimit]:
    """Return the limits that a policy enforces; those it only warns about are null."""
    parts = (("objectives", "objectives_per_unit"), ("key_results", "key_results_per_objective"))
    limits = [(name, policy["limits"][part]) for name, part in parts]
    return [SetLimit(f"{name}/{cycle.hex}", part["max"] if part["enforce"] == "refuse" else None) for name, part in limits]
