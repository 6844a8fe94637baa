"""Lists of objectives and key results, filtered and judged a page at a time."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Table, select

from api.http.query_endpoint import QueryContext, page_response
from projections.evaluation.goal_graph import GoalGraph
from projections.queries import serializers
from projections.store import lookups
from projections.store.tables import KeyResultRow, ObjectiveRow, key_results, objectives, valid_at

R = TypeVar("R", ObjectiveRow, KeyResultRow)
SerializeRows = Callable[[list[R]], list[dict[str, Any]]]
Conditions = list[ColumnElement[bool]]
EVALUATION_BATCH = 500


def objectives_page(reading: QueryContext) -> dict[str, Any]:
    """Objectives by cycle, unit, owner, state, focus and health."""
    query = reading.query
    chosen = _cycle_and_owner_conditions(reading, objectives)
    if "unit" in query:
        chosen.append(objectives.c.unit_id.in_(lookups.fetch_unit_subtree(reading.connection, query["unit"], reading.position)))
    if "focus" in query:
        chosen.append(_focus_condition(query["focus"]))

    def judge(rows: list[ObjectiveRow]) -> list[dict[str, Any]]:
        graph = GoalGraph.for_objectives(reading.connection, reading.moment, [row.id for row in rows])
        return [_serialize_objective(graph, row.id) for row in rows]

    return _page(reading, ObjectiveRow, chosen, judge)


def key_results_page(reading: QueryContext) -> dict[str, Any]:
    """Key results by cycle, unit, owner, state and health."""
    chosen = _cycle_and_owner_conditions(reading, key_results)
    if "unit" in reading.query:
        chosen.append(key_results.c.objective_id.in_(objectives_below(reading, reading.query["unit"])))

    def judge(rows: list[KeyResultRow]) -> list[dict[str, Any]]:
        graph = GoalGraph.for_key_results(reading.connection, reading.moment, rows)
        return [serializers.serialize_key_result(graph.key_results[row.id]) for row in rows]

    return _page(reading, KeyResultRow, chosen, judge)


def objectives_below(reading: QueryContext, unit_id: UUID) -> Any:
    """The ids of the objectives of a unit and of all units below it."""
    theirs = objectives.c.unit_id.in_(lookups.fetch_unit_subtree(reading.connection, unit_id, reading.position))
    return select(objectives.c.id).where(valid_at(objectives, reading.position), theirs)


def _cycle_and_owner_conditions(reading: QueryContext, table: Table) -> Conditions:
    query, chosen = reading.query, Conditions()
    if "cycle" in query:
        cycle = lookups.find_cycle(reading.connection, query["cycle"], reading.position)
        chosen.append(table.c.cycle_id == cycle.id)
    if "owner" in query:
        chosen.append(table.c.owner == str(query["owner"]))
    return chosen


def _focus_condition(focus: str) -> ColumnElement[bool]:
    urgent, important = objectives.c.urgent, objectives.c.important
    return {
        "must_do": (urgent == 1) & (important == 1),
        "should_do": (urgent == 0) & (important == 1),
        "could_do": important == 0,
    }[focus]


def _serialize_objective(graph: GoalGraph, id: str) -> dict[str, Any]:
    objective = graph.objectives[id]
    told = [part for part in objective.key_results if part.live or not objective.live]
    return {
        **serializers.serialize_objective(objective),
        "key_results": [serializers.serialize_key_result(part) for part in told],
    }


def _page(reading: QueryContext, row_type: type[R], chosen: Conditions, judge: SerializeRows[R]) -> dict[str, Any]:
    """One more than a page of what has the state and health asked for, judged in batches until there are enough."""
    query, after = reading.query, reading.query["after"]
    found: list[tuple[dict[str, Any], int]] = []
    batch = query["limit"] + 1 if query.keys().isdisjoint({"state", "health"}) else EVALUATION_BATCH
    while len(found) <= query["limit"]:
        rows = lookups.fetch_page(reading.connection, row_type, reading.position, after=after, limit=batch, chosen=chosen)
        pairs = zip(judge(rows), (row.created for row in rows), strict=True)
        found += [(item, created) for item, created in pairs if _matches_query(item, query)]
        if len(rows) < batch:
            break
        after = rows[-1].created
    return page_response([item for item, _ in found], [created for _, created in found], query["limit"])


def _matches_query(item: dict[str, Any], query: dict[str, Any]) -> bool:
    state = query.get("state") in {None, item["state"]}
    return state and query.get("health") in {None, (item["health"] or {}).get("effective")}
