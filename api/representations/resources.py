"""What answers show of a resource: one function per kind, for commands and for reads of one."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from api.http import responses
from api.http.context import stores
from projections.evaluation.goal_graph import GoalGraph
from projections.moment import Moment
from projections.queries import blockers, check_ins, serializers
from projections.queries.alignment_tree import AlignmentTree, TreeFilter
from projections.store import lookups, tables
from projections.store.tables import (
    AlignmentRow,
    CheckInRow,
    CommentRow,
    CycleRow,
    InitiativeRow,
    KeyResultRow,
    ObjectiveRow,
    PriorityRow,
    UnitRow,
)


def unit(connection: Connection, moment: Moment, id: UUID) -> dict[str, Any]:
    return serializers.serialize_unit(lookups.fetch_row(connection, UnitRow, id, moment.position))


def priority(connection: Connection, moment: Moment, id: UUID) -> dict[str, Any]:
    return serializers.serialize_priority(lookups.fetch_row(connection, PriorityRow, id, moment.position))


def initiative(connection: Connection, moment: Moment, id: UUID) -> dict[str, Any]:
    return serializers.serialize_initiative(lookups.fetch_row(connection, InitiativeRow, id, moment.position))


def cycle(connection: Connection, moment: Moment, id: UUID) -> dict[str, Any]:
    return serializers.serialize_cycle(lookups.fetch_row(connection, CycleRow, id, moment.position))


def alignment(connection: Connection, moment: Moment, id: UUID) -> dict[str, Any]:
    return serialize_alignments([lookups.fetch_row(connection, AlignmentRow, id, moment.position)])[0]


def serialize_alignments(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Links with what was agreed."""
    told: list[dict[str, Any]] = responses.decrypt([serializers.serialize_link_with_agreement(row) for row in rows])
    return told


def objective(connection: Connection, moment: Moment, id: UUID) -> dict[str, Any]:
    """The objective with its key results and all that serves it, as in the tree."""
    row = lookups.fetch_row(connection, ObjectiveRow, id, moment.position)
    graph = GoalGraph.for_objectives(connection, moment, [row.id])
    tree = AlignmentTree(graph, TreeFilter(root=row.id, ended=row.state == "cancelled"), ())
    node: dict[str, Any] = tree.as_tree()["roots"][0]
    return node


def key_result(connection: Connection, moment: Moment, id: UUID) -> dict[str, Any]:
    row = lookups.fetch_row(connection, KeyResultRow, id, moment.position)
    graph = GoalGraph.for_key_results(connection, moment, [row])
    told = AlignmentTree(graph, TreeFilter(), ()).serialize_key_result(row.id)
    at = graph.key_results[row.id]
    words = {**serializers.serialize_score_decision(at), "contributors": serializers.serialize_contributors(at)}
    return {**told, **responses.decrypt(words)}


def check_in(connection: Connection, moment: Moment, id: UUID) -> dict[str, Any]:
    return serialize_check_ins(connection, moment, [check_ins.fetch_versions(connection, moment.position, id)])[0]


def serialize_check_ins(connection: Connection, moment: Moment, found: list[check_ins.Versions]) -> list[dict[str, Any]]:
    """Check-ins of one key result or several, with their words opened and their authors named."""
    ends = CheckInCycles(connection, moment)
    states = blockers.fetch_states(connection, moment.position, [versions[0].id for versions in found])
    shown = [
        check_ins.serialize_check_in(
            each, late=ends.is_late(each[0]), sealed_at=ends.cycle_for(each[0]).closed_at, blocker_states=states
        )
        for each in found
    ]
    opened: list[dict[str, Any]] = with_person_names(responses.decrypt(shown))
    return opened


def blocker(connection: Connection, moment: Moment, id: UUID) -> dict[str, Any]:
    return serialize_blockers(moment, [lookups.fetch_row(connection, tables.BlockerRow, id, moment.position)])[0]


def serialize_blockers(moment: Moment, rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Blockers with their words opened and their authors named."""
    told: list[dict[str, Any]] = with_person_names(responses.decrypt([blockers.serialize_blocker(row, moment) for row in rows]))
    return told


def comment(connection: Connection, moment: Moment, id: UUID) -> dict[str, Any]:
    return serialize_comments([lookups.fetch_row(connection, CommentRow, id, moment.position)])[0]


def serialize_comments(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Comments with their words opened and their authors named."""
    told: list[dict[str, Any]] = with_person_names(responses.decrypt([serializers.serialize_comment(row) for row in rows]))
    return told


def with_person_names(value: Any) -> Any:
    """The value with `author_name` and `actor_name` beside every `author` and `actor`; null for nobody known."""
    names = stores().register.people.names_by_id({UUID(id) for id in _person_ids(value)})
    return _add_person_names(value, {str(id): name for id, name in names.items()})


def _person_ids(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*(_person_ids(part) for part in value))
    if not isinstance(value, dict):
        return set()
    inside = set().union(*(_person_ids(part) for part in value.values()))
    return inside | {value[role] for role in ("author", "actor") if role in value}


def _add_person_names(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_add_person_names(part, names) for part in value]
    if not isinstance(value, dict):
        return value
    parts = {name: _add_person_names(part, names) for name, part in value.items()}
    return parts | {f"{role}_name": names.get(parts[role]) for role in ("author", "actor") if role in parts}


class CheckInCycles:
    """How check-ins stand to the end of their cycles."""

    def __init__(self, connection: Connection, moment: Moment) -> None:
        self.connection = connection
        self.moment = moment
        self.cycles: dict[str, CycleRow] = {}

    def is_late(self, original: CheckInRow) -> bool:
        """Whether it was recorded after the last day of its cycle."""
        return bool(self.moment.recorded_day(original.recorded_at).isoformat() > self.cycle_for(original).ends_on)

    def cycle_for(self, original: CheckInRow) -> CycleRow:
        id = original.key_result_id
        if id not in self.cycles:
            row = lookups.fetch_row(self.connection, KeyResultRow, UUID(id), self.moment.position)
            self.cycles[id] = lookups.fetch_row(self.connection, CycleRow, UUID(row.cycle_id), self.moment.position)
        return self.cycles[id]
