"""Reads a finding scope: a cycle, or all cycles, as it stood at a moment."""

from collections.abc import Collection

import orjson
from sqlalchemy import Connection, select

from projections.evaluation.goal_graph import GoalGraph
from projections.findings import linked_rows
from projections.findings.finding_scope import FindingScope, Revision
from projections.moment import Moment
from projections.store.batching import batches
from projections.store.lookups import fetch_rows_at
from projections.store.tables import UnitRow, facts, key_results

before, after = key_results.alias("before"), key_results.alias("after")
METRIC_CHANGES = (
    select(after.c.id, after.c.from_position, facts.c.recorded_at, before.c.metric, after.c.metric)
    .join(before, (before.c.id == after.c.id) & (before.c.to_position == after.c.from_position))
    .join(facts, facts.c.position == after.c.from_position)
    .where(before.c.metric != after.c.metric)
)


def load_scope(connection: Connection, moment: Moment, cycle_id: str | None, graph: GoalGraph | None = None) -> FindingScope:
    """The scope of a cycle's objectives, or of the objectives of all cycles; `graph` is theirs, where it is already read."""
    graph = graph or GoalGraph.for_cycle(connection, moment, cycle_id)
    objectives = {id: each for id, each in graph.objectives.items() if each.live and cycle_id in {None, each.row.cycle_id}}
    links = linked_rows.read_links(connection, moment.position, cycle_id, own=objectives)
    linked = linked_rows.read_linked_rows(connection, moment.position, links, graph)
    unit_rows = fetch_rows_at(connection, UnitRow, moment.position)
    rows = (key_result.row for objective in objectives.values() for key_result in objective.key_results)
    revised = [row.id for row in rows if row.metric_at > row.created]
    revisions = _read_target_revisions(connection, moment.position, revised)
    return FindingScope(moment, graph.rules, {row.id: row for row in unit_rows}, objectives, linked, links, revisions)


def _read_target_revisions(connection: Connection, position: int, ids: Collection[str]) -> list[Revision]:
    """The target revisions of key results up to a position. A changed baseline was captured, not revised."""
    revisions: list[Revision] = []
    for batch in batches(ids):
        query = METRIC_CHANGES.where(after.c.id.in_(batch), after.c.from_position <= position)
        for id, changed_at, recorded_at, old, new in connection.execute(query):
            revision = Revision(id, changed_at, recorded_at, orjson.loads(old), orjson.loads(new))
            if revision.before.get("baseline") == revision.after.get("baseline"):
                revisions.append(revision)
    return revisions
