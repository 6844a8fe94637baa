"""Loading: the scene of a cycle, or of all cycles, as it stood at a moment."""

from typing import Any

from sqlalchemy import Connection, select

from projections.evaluation.goal_graph import GoalGraph
from projections.findings import linked_rows, target_revisions
from projections.findings.finding_scope import FindingScope
from projections.moment import Moment
from projections.store.tables import units, valid_at


def load_scope(connection: Connection, moment: Moment, cycle_id: str | None, graph: GoalGraph | None = None) -> FindingScope:
    """All that the findings about a cycle's objectives look at, or about those of every cycle; `graph` is theirs, where it
    was read already.
    """
    graph = graph or GoalGraph.for_cycle(connection, moment, cycle_id)
    asked = {id: each for id, each in graph.objectives.items() if each.live and cycle_id in {None, each.row.cycle_id}}
    links = linked_rows.read_links(connection, moment.position, cycle_id, own=asked)
    ends = linked_rows.read_linked_rows(connection, moment.position, links, known=_rows_by_id(graph))
    places = {row.id: row for row in connection.execute(select(units).where(valid_at(units, moment.position)))}
    parts = [part.row for each in asked.values() for part in each.key_results]
    revised = target_revisions.read_target_revisions(
        connection, moment.position, [row.id for row in parts if row.metric_at > row.created]
    )
    return FindingScope(moment, graph.rules, places, asked, ends, links, revised)


def _rows_by_id(graph: GoalGraph) -> dict[str, Any]:
    """The rows of the graph's objectives and key results, by id."""
    return {id: each.row for things in (graph.objectives, graph.key_results) for id, each in things.items()}
