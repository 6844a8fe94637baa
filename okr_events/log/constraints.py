"""Constraints that span aggregates: stated by a command, enforced in the transaction that appends its events.

Each runs under the append lock, on small tables that the log keeps for it, so no race slips between check and append.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from okr_events.errors import AlreadyLinked, NameTaken, ObjectiveEnded, OKRError

Run = Callable[[str, Sequence[Any]], list[Any]]
"""Runs a statement with `%s` for its parameters and gives the rows, if any."""

TABLES = (
    "CREATE TABLE IF NOT EXISTS {log}claims (scope TEXT NOT NULL, name TEXT NOT NULL, holder TEXT NOT NULL,"
    " PRIMARY KEY (scope, name))",
    "CREATE INDEX IF NOT EXISTS claims_by_holder ON {log}claims (holder)",
    "CREATE TABLE IF NOT EXISTS {log}edges (graph TEXT NOT NULL, child TEXT NOT NULL, parent TEXT NOT NULL,"
    " link TEXT NOT NULL, PRIMARY KEY (graph, child, parent, link))",
    "CREATE INDEX IF NOT EXISTS edges_by_link ON {log}edges (link)",
    "CREATE TABLE IF NOT EXISTS {log}ended (id TEXT NOT NULL PRIMARY KEY)",
)


class Constraint(Protocol):
    def enforce(self, run: Run) -> None: ...


@dataclass(frozen=True, slots=True)
class Claim:
    """A name is held once per scope; the holder gives up what it held there before."""

    scope: str
    name: str
    holder: UUID
    broken: type[OKRError] = NameTaken

    def enforce(self, run: Run) -> None:
        rows = run("SELECT holder FROM claims WHERE scope = %s AND name = %s", (self.scope, self.name))
        if rows and rows[0][0] != self.holder.hex:
            raise self.broken
        if not rows:
            run("INSERT INTO claims (scope, name, holder) VALUES (%s, %s, %s)", (self.scope, self.name, self.holder.hex))


@dataclass(frozen=True, slots=True)
class Release:
    """The holder gives up its names of one kind: those of scopes that begin so."""

    scope: str
    holder: UUID

    def enforce(self, run: Run) -> None:
        run("DELETE FROM claims WHERE holder = %s AND scope LIKE %s", (self.holder.hex, f"{self.scope}%"))


@dataclass(frozen=True, slots=True)
class Edge:
    """`child` comes below `parent` in a graph without circles; `link` names the edge, to take it out again."""

    graph: str
    child: UUID
    parent: UUID
    link: UUID
    broken: type[OKRError]

    def enforce(self, run: Run) -> None:
        circle = run(
            "WITH RECURSIVE above (node) AS (SELECT CAST(%s AS TEXT) UNION SELECT e.parent FROM edges e"
            " JOIN above a ON e.child = a.node WHERE e.graph = %s) SELECT 1 FROM above WHERE node = %s",
            (self.parent.hex, self.graph, self.child.hex),
        )
        if circle:
            raise self.broken
        run(
            "INSERT INTO edges (graph, child, parent, link) VALUES (%s, %s, %s, %s)",
            (self.graph, self.child.hex, self.parent.hex, self.link.hex),
        )


@dataclass(frozen=True, slots=True)
class Unlink:
    """The edges of a link leave their graph."""

    link: UUID

    def enforce(self, run: Run) -> None:
        run("DELETE FROM edges WHERE link = %s", (self.link.hex,))


@dataclass(frozen=True, slots=True)
class Live:
    """None of these has ended."""

    ids: tuple[UUID, ...]
    broken: type[OKRError] = ObjectiveEnded

    def enforce(self, run: Run) -> None:
        marks = ", ".join(["%s"] * len(self.ids))
        if run(f"SELECT id FROM ended WHERE id IN ({marks})", [id.hex for id in self.ids]):  # noqa: S608 - marks only
            raise self.broken


@dataclass(frozen=True, slots=True)
class End:
    """From now on this has ended, and contributes to nothing."""

    id: UUID

    def enforce(self, run: Run) -> None:
        run("INSERT INTO ended (id) VALUES (%s)", (self.id.hex,))
        run("DELETE FROM edges WHERE child = %s OR parent = %s", (self.id.hex, self.id.hex))


def once(child: UUID, parent: UUID, kind: str, link: UUID) -> Claim:
    """The same child, parent and kind are linked once at a time."""
    return Claim("link", f"{child.hex}/{parent.hex}/{kind}", link, AlreadyLinked)
