"""Reads the links that touch a cycle's objectives, the dependencies that continue them, and the rows that links name."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import ColumnElement, Connection, select

from projections.evaluation.goal_graph import GoalGraph
from projections.findings.finding_scope import LinkedRows
from projections.store.link_conditions import LIVE_LINK_STATES
from projections.store.lookups import R, fetch_rows_at, fetch_rows_in
from projections.store.tables import (
    AlignmentRow,
    KeyResultRow,
    ObjectiveRow,
    PriorityRow,
    alignments,
    key_results,
    objectives,
    valid_at,
)

IS_DEPENDENCY = alignments.c.kind == "horizontal"


def read_links(connection: Connection, position: int, cycle_id: str | None, *, own: Collection[str]) -> list[AlignmentRow]:
    """The links from or to a cycle's objectives and key results, or all links, ended links included, the oldest first.

    Dependencies are followed beyond the cycle's `own` objectives, because a dependency loop can lead through other cycles.
    """
    links = {
        link.id: link
        for condition in _cycle_conditions(position, cycle_id)
        for link in fetch_rows_at(connection, AlignmentRow, position, condition)
    }
    seen = set(own)
    ahead = _dependency_targets(links.values()) - seen
    while ahead:
        seen |= ahead
        further = fetch_rows_in(connection, AlignmentRow, position, alignments.c.child_id, ahead, IS_DEPENDENCY)
        links |= {link.id: link for link in further}
        ahead = _dependency_targets(further) - seen
    return sorted(links.values(), key=lambda link: link.created)


def read_linked_rows(connection: Connection, position: int, links: Iterable[AlignmentRow], graph: GoalGraph) -> LinkedRows:
    """The rows at both ends of the links, and the objectives of linked key results; rows of the graph are not read again."""
    ids: dict[str, set[str]] = {"objective": set(), "key_result": set(), "priority": set()}
    for link in links:
        ids["objective"].add(link.child_id)
        ids[link.parent_type].add(link.parent_id)

    def complete(row_type: type[R], wanted: set[str], known: Mapping[str, R]) -> dict[str, R]:
        missing = fetch_rows_in(connection, row_type, position, row_type.table.c.id, wanted - known.keys())
        return {id: known[id] for id in wanted & known.keys()} | {row.id: row for row in missing}

    parts = complete(KeyResultRow, ids["key_result"], {id: each.row for id, each in graph.key_results.items()})
    objective_ids = ids["objective"] | {row.objective_id for row in parts.values()}
    goals = complete(ObjectiveRow, objective_ids, {id: each.row for id, each in graph.objectives.items()})
    return LinkedRows(goals, parts, complete(PriorityRow, ids["priority"], {}))


def _cycle_conditions(position: int, cycle_id: str | None) -> list[ColumnElement[bool]]:
    """The links with an end in the cycle, as separate conditions, because each uses an index of its own."""
    if cycle_id is None:
        return [alignments.c.id.is_not(None)]
    own_objectives, own_key_results = (
        select(table.c.id).where(valid_at(table, position), table.c.cycle_id == cycle_id) for table in (objectives, key_results)
    )
    own_parents = (own_objectives, own_key_results)
    return [alignments.c.child_id.in_(own_objectives), *(alignments.c.parent_id.in_(ids) for ids in own_parents)]


def _dependency_targets(links: Iterable[AlignmentRow]) -> set[str]:
    return {link.parent_id for link in links if link.kind == "horizontal" and link.state in LIVE_LINK_STATES}
