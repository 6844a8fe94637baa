"""Reads a finding scope: a cycle, or all cycles, as it stood at a moment."""

from sqlalchemy import Connection, select

from projections.evaluation.goal_graph import GoalGraph
from projections.findings import linked_rows, target_revisions
from projections.findings.finding_scope import FindingScope
from projections.moment import Moment
from projections.store.tables import UnitRow, fetch_rows, units, valid_at


def load_scope(connection: Connection, moment: Moment, cycle_id: str | None, graph: GoalGraph | None = None) -> FindingScope:
    """The scope of a cycle's objectives, or of the objectives of all cycles; `graph` is theirs, where it is already read."""
    graph = graph or GoalGraph.for_cycle(connection, moment, cycle_id)
    objectives = {id: each for id, each in graph.objectives.items() if each.live and cycle_id in {None, each.row.cycle_id}}
    links = linked_rows.read_links(connection, moment.position, cycle_id, own=objectives)
    linked = linked_rows.read_linked_rows(connection, moment.position, links, graph)
    unit_rows = fetch_rows(connection, UnitRow, select(units).where(valid_at(units, moment.position)))
    key_results = (key_result.row for objective in objectives.values() for key_result in objective.key_results)
    revised = [row.id for row in key_results if row.metric_at > row.created]
    revisions = target_revisions.read_target_revisions(connection, moment.position, revised)
    return FindingScope(moment, graph.rules, {row.id: row for row in unit_rows}, objectives, linked, links, revisions)
