"""What answers show of a resource: one function per kind, for commands and for reads of one."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from api.http import responses
from api.http.context import stores
from projections.evaluation.goal_graph import Graph
from projections.handlers import blockers, check_ins
from projections.moment import Moment
from projections.queries import serializers
from projections.queries.alignment_tree import AlignmentTree, Shown
from projections.store import lookups, tables
from projections.store.tables import alignments, comments, cycles, initiatives, key_results, objectives, priorities, units


def unit(connection: Connection, moment: Moment, id: UUID) -> dict[str, Any]:
    return serializers.unit(lookups.one(connection, units, id, moment.position))


def priority(connection: Connection, moment: Moment, id: UUID) -> dict[str, Any]:
    return serializers.priority(lookups.one(connection, priorities, id, moment.position))


def initiative(connection: Connection, moment: Moment, id: UUID) -> dict[str, Any]:
    return serializers.initiative(lookups.one(connection, initiatives, id, moment.position))


def cycle(connection: Connection, moment: Moment, id: UUID) -> dict[str, Any]:
    return serializers.cycle(lookups.one(connection, cycles, id, moment.position))


def alignment(connection: Connection, moment: Moment, id: UUID) -> dict[str, Any]:
    return links([lookups.one(connection, alignments, id, moment.position)])[0]


def links(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Links with what was agreed."""
    told: list[dict[str, Any]] = responses.opened([serializers.link_in_words(row) for row in rows])
    return told


def objective(connection: Connection, moment: Moment, id: UUID) -> dict[str, Any]:
    """The objective with its key results and all that serves it, as in the tree."""
    row = lookups.one(connection, objectives, id, moment.position)
    graph = Graph.of_objectives(connection, moment, [row.id])
    tree = AlignmentTree(graph, Shown(root=row.id, ended=row.state == "cancelled"), ())
    node: dict[str, Any] = tree.as_tree()["roots"][0]
    return node


def key_result(connection: Connection, moment: Moment, id: UUID) -> dict[str, Any]:
    row = lookups.one(connection, key_results, id, moment.position)
    graph = Graph.of_key_results(connection, moment, [row])
    told = AlignmentTree(graph, Shown(), ()).of_key_result(row.id)
    at = graph.key_results[row.id]
    words = {**serializers.judgement_in_words(at), "contributors": serializers.contributors_in_words(at)}
    return {**told, **responses.opened(words)}


def check_in(connection: Connection, moment: Moment, id: UUID) -> dict[str, Any]:
    return told(connection, moment, [check_ins.one(connection, moment.position, id)])[0]


def told(connection: Connection, moment: Moment, found: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Check-ins of one key result or several, with their words opened and their authors named."""
    ends = Ends(connection, moment)
    states = blockers.states(connection, moment.position, [versions[0]["id"] for versions in found])
    shown = [
        serializers.check_in(each, late=ends.late(each[0]), sealed_at=ends.cycle_of(each[0]).closed_at, blockers=states)
        for each in found
    ]
    opened: list[dict[str, Any]] = named(responses.opened(shown))
    return opened


def blocker(connection: Connection, moment: Moment, id: UUID) -> dict[str, Any]:
    return in_the_way(moment, [lookups.one(connection, tables.blockers, id, moment.position)])[0]


def in_the_way(moment: Moment, rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Blockers with their words opened and their authors named."""
    told: list[dict[str, Any]] = named(responses.opened([blockers.told_of(row, moment) for row in rows]))
    return told


def comment(connection: Connection, moment: Moment, id: UUID) -> dict[str, Any]:
    return remarks([lookups.one(connection, comments, id, moment.position)])[0]


def remarks(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Comments with their words opened and their authors named."""
    told: list[dict[str, Any]] = named(responses.opened([serializers.comment(row) for row in rows]))
    return told


def named(value: Any) -> Any:
    """The value with `author_name` and `actor_name` beside every `author` and `actor`; null for nobody known."""
    names = stores().register.people.names_of({UUID(id) for id in _people(value)})
    return _named(value, {str(id): name for id, name in names.items()})


def _people(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*(_people(part) for part in value))
    if not isinstance(value, dict):
        return set()
    inside = set().union(*(_people(part) for part in value.values()))
    return inside | {value[role] for role in ("author", "actor") if role in value}


def _named(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_named(part, names) for part in value]
    if not isinstance(value, dict):
        return value
    parts = {name: _named(part, names) for name, part in value.items()}
    return parts | {f"{role}_name": names.get(parts[role]) for role in ("author", "actor") if role in parts}


class Ends:
    """How check-ins stand to the end of their cycles."""

    def __init__(self, connection: Connection, moment: Moment) -> None:
        self.connection = connection
        self.moment = moment
        self.cycles: dict[str, Any] = {}

    def late(self, original: dict[str, Any]) -> bool:
        """Whether it was recorded after the last day of its cycle."""
        return bool(self.moment.day_of(original["recorded_at"]).isoformat() > self.cycle_of(original).ends_on)

    def cycle_of(self, original: dict[str, Any]) -> Any:
        id = original["key_result_id"]
        if id not in self.cycles:
            row = lookups.one(self.connection, key_results, UUID(id), self.moment.position)
            self.cycles[id] = lookups.one(self.connection, cycles, UUID(row.cycle_id), self.moment.position)
        return self.cycles[id]
