"""Reads the links that touch a cycle's objectives, the dependencies that continue them, and the rows that links name."""

from collections.abc import Collection, Iterable, Mapping
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, select

from okr_events.domain.alignment import LIVE_LINK_STATES
from projections.evaluation.goal_graph import GoalGraph
from projections.findings.finding_scope import LinkedRows
from projections.store.batching import batches
from projections.store.lookups import fetch_rows_at
from projections.store.tables import (
    AlignmentRow,
    KeyResultRow,
    ObjectiveRow,
    PriorityRow,
    VersionedRow,
    alignments,
    key_results,
    objectives,
    valid_at,
)

R = TypeVar("R", bound=VersionedRow)


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
        children = [alignments.c.child_id.in_(ids) for ids in batches(ahead)]
        further = [link for condition in children for link in fetch_rows_at(connection, AlignmentRow, position, condition)]
        links |= {link.id: link for link in further if link.kind == "horizontal"}
        ahead = _dependency_targets(further) - seen
    return sorted(links.values(), key=lambda link: link.created)


def read_linked_rows(connection: Connection, position: int, links: Iterable[AlignmentRow], graph: GoalGraph) -> LinkedRows:
    """The rows at both ends of the links, and the objectives of linked key results; rows of the graph are not read again."""
    ids: dict[str, set[str]] = {"objective": set(), "key_result": set(), "priority": set()}
    for link in links:
        ids["objective"].add(link.child_id)
        ids[link.parent_type].add(link.parent_id)
    known_key_results: dict[str, KeyResultRow] = {id: each.row for id, each in graph.key_results.items()}
    known_objectives: dict[str, ObjectiveRow] = {id: each.row for id, each in graph.objectives.items()}
    key_result_rows = _complete_rows(connection, position, KeyResultRow, ids["key_result"], known_key_results)
    objective_ids = ids["objective"] | {row.objective_id for row in key_result_rows.values()}
    return LinkedRows(
        _complete_rows(connection, position, ObjectiveRow, objective_ids, known_objectives),
        key_result_rows,
        _complete_rows(connection, position, PriorityRow, ids["priority"], {}),
    )


def _complete_rows(
    connection: Connection, position: int, row_type: type[R], ids: Collection[str], known: Mapping[str, R]
) -> dict[str, R]:
    rows = {id: known[id] for id in ids if id in known}
    for missing in batches(set(ids) - rows.keys()):
        found = fetch_rows_at(connection, row_type, position, row_type.table.c.id.in_(missing))
        rows |= {row.id: row for row in found}
    return rows


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
