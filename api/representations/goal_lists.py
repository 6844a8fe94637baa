"""Lists of objectives and key results, filtered and judged a page at a time."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, select

from api.http.query_endpoint import Reading, listed
from projections.evaluation.goal_graph import Graph
from projections.queries import serializers
from projections.store import lookups
from projections.store.tables import at, key_results, objectives

Judge = Callable[[list[Any]], list[dict[str, Any]]]
Chosen = list[ColumnElement[bool]]
JUDGED = 500


def objectives_page(reading: Reading) -> dict[str, Any]:
    """Objectives by cycle, unit, owner, state, focus and health."""
    query = reading.query
    chosen = _of_cycle_and_owner(reading, objectives)
    if "unit" in query:
        chosen.append(objectives.c.unit_id.in_(lookups.below(reading.connection, query["unit"], reading.position)))
    if "focus" in query:
        chosen.append(_focused(query["focus"]))

    def judge(rows: list[Any]) -> list[dict[str, Any]]:
        graph = Graph.of_objectives(reading.connection, reading.moment, [row.id for row in rows])
        return [_whole(graph, row.id) for row in rows]

    return _page(reading, objectives, chosen, judge)


def key_results_page(reading: Reading) -> dict[str, Any]:
    """Key results by cycle, unit, owner, state and health."""
    chosen = _of_cycle_and_owner(reading, key_results)
    if "unit" in reading.query:
        chosen.append(key_results.c.objective_id.in_(objectives_below(reading, reading.query["unit"])))

    def judge(rows: list[Any]) -> list[dict[str, Any]]:
        graph = Graph.of_key_results(reading.connection, reading.moment, rows)
        return [serializers.key_result(graph.key_results[row.id]) for row in rows]

    return _page(reading, key_results, chosen, judge)


def objectives_below(reading: Reading, unit_id: UUID) -> Any:
    """The ids of the objectives of a unit and of all units below it."""
    theirs = objectives.c.unit_id.in_(lookups.below(reading.connection, unit_id, reading.position))
    return select(objectives.c.id).where(at(objectives, reading.position), theirs)


def _of_cycle_and_owner(reading: Reading, table: Table) -> Chosen:
    query, chosen = reading.query, Chosen()
    if "cycle" in query:
        cycle = lookups.cycle_named(reading.connection, query["cycle"], reading.position)
        chosen.append(table.c.cycle_id == cycle.id)
    if "owner" in query:
        chosen.append(table.c.owner == str(query["owner"]))
    return chosen


def _focused(focus: str) -> ColumnElement[bool]:
    urgent, important = objectives.c.urgent, objectives.c.important
    return {
        "must_do": (urgent == 1) & (important == 1),
        "should_do": (urgent == 0) & (important == 1),
        "could_do": important == 0,
    }[focus]


def _whole(graph: Graph, id: str) -> dict[str, Any]:
    objective = graph.objectives[id]
    told = [part for part in objective.key_results if part.live or not objective.live]
    return {**serializers.objective(objective), "key_results": [serializers.key_result(part) for part in told]}


def _page(reading: Reading, table: Table, chosen: Chosen, judge: Judge) -> dict[str, Any]:
    """One more than a page of what has the state and health asked for, judged in batches until there are enough."""
    query, after = reading.query, reading.query["after"]
    found: list[tuple[dict[str, Any], int]] = []
    batch = query["limit"] + 1 if query.keys().isdisjoint({"state", "health"}) else JUDGED
    while len(found) <= query["limit"]:
        rows = lookups.page(reading.connection, table, reading.position, after=after, limit=batch, chosen=chosen)
        pairs = zip(judge(rows), (row.created for row in rows), strict=True)
        found += [(item, created) for item, created in pairs if _asked_for(item, query)]
        if len(rows) < batch:
            break
        after = rows[-1].created
    return listed([item for item, _ in found], [created for _, created in found], query["limit"])


def _asked_for(item: dict[str, Any], query: dict[str, Any]) -> bool:
    state = query.get("state") in {None, item["state"]}
    return state and query.get("health") in {None, (item["health"] or {}).get("effective")}
