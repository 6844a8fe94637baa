"""Lists of objectives and key results, filtered by their columns and by their evaluated state and health, in pages."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import ColumnElement

from api.http.query_endpoint import QueryContext, page_response
from api.representations.query_scope import requested_key_results, scope_conditions
from okr_events.json_types import JsonObject
from projections.evaluation.goal_graph import GoalGraph
from projections.queries import goal_serializers
from projections.store import lookups
from projections.store.tables import KeyResultRow, ObjectiveRow, objectives

EVALUATION_BATCH = 500
MAX_BATCHES = 4
"""State and health are evaluated, not stored: a page that found too little among so many batches ends, and the next goes on."""
G = TypeVar("G", ObjectiveRow, KeyResultRow)


def objectives_page(context: QueryContext) -> JsonObject:
    """Objectives by cycle, unit, owner, state, focus and health."""
    conditions = scope_conditions(context, ObjectiveRow)
    if "focus" in context.query:
        conditions.append(_focus_condition(context.query["focus"]))

    def serialize(rows: list[ObjectiveRow]) -> list[JsonObject]:
        graph = GoalGraph.for_objectives(context.connection, context.moment, [row.id for row in rows])
        return [_serialize_objective(graph, row.id) for row in rows]

    return _page(context, ObjectiveRow, conditions, serialize)


def key_results_page(context: QueryContext) -> JsonObject:
    """Key results by cycle, unit, owner, state and health."""

    def serialize(rows: list[KeyResultRow]) -> list[JsonObject]:
        graph = GoalGraph.for_key_results(context.connection, context.moment, rows)
        return [goal_serializers.serialize_key_result(graph.key_results[row.id]) for row in rows]

    return _page(context, KeyResultRow, requested_key_results(context), serialize)


def _focus_condition(focus: str) -> ColumnElement[bool]:
    urgent, important = objectives.c.urgent, objectives.c.important
    return {
        "must_do": (urgent == 1) & (important == 1),
        "should_do": (urgent == 0) & (important == 1),
        "could_do": important == 0,
    }[focus]


def _serialize_objective(graph: GoalGraph, id: str) -> JsonObject:
    """An objective with its key results; a live one without those that were cancelled."""
    objective = graph.objectives[id]
    visible = [part for part in objective.key_results if part.live or not objective.live]
    return {
        **goal_serializers.serialize_objective(objective),
        "key_results": [goal_serializers.serialize_key_result(part) for part in visible],
    }


def _page(
    context: QueryContext,
    row_type: type[G],
    conditions: list[ColumnElement[bool]],
    serialize: Callable[[list[G]], list[JsonObject]],
) -> JsonObject:
    """A page of the items with the requested state and health, evaluated in batches until there are enough or too many."""
    query, after = context.query, context.query["after"]
    if "owner" in query:
        conditions = [*conditions, row_type.table.c.owner == str(query["owner"])]
    found: list[tuple[JsonObject, int]] = []
    batch = query["limit"] + 1 if query.keys().isdisjoint({"state", "health"}) else EVALUATION_BATCH
    for _ in range(MAX_BATCHES):
        span = {"after": after, "limit": batch}
        rows = lookups.fetch_page(context.connection, row_type, context.position, **span, chosen=conditions)
        pairs = zip(serialize(rows), (row.created for row in rows), strict=True)
        found += [(item, created) for item, created in pairs if _matches_query(item, query)]
        if len(rows) < batch or len(found) > query["limit"]:
            return page_response([item for item, _ in found], [created for _, created in found], query["limit"])
        after = rows[-1].created
    return {"items": [item for item, _ in found], "next": str(after)}


def _matches_query(item: JsonObject, query: JsonObject) -> bool:
    health = (item["health"] or {}).get("effective")
    return item["state"] in query.get("state", [item["state"]]) and query.get("health") in {None, health}
