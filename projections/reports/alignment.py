"""The alignment at the start and at the end: objectives with their progress, and the links between them."""

from collections.abc import Callable, Collection
from functools import partial

import orjson
from sqlalchemy import select

from okr_events.domain.decimals import format_decimal, format_decimal_or_null
from okr_events.json_types import JsonObject
from okr_events.row_types import fetch_rows
from projections.evaluation.goal_graph import GoalGraph
from projections.evaluation.objectives import EvaluatedObjective
from projections.moment import Moment
from projections.okr_map import svg
from projections.queries import goal_serializers
from projections.queries.alignment_tree import AlignmentTree, TreeFilter
from projections.reports.context import ReportContext
from projections.store.batching import batches
from projections.store.link_conditions import LIVE_LINK_STATES
from projections.store.tables import AlignmentRow, PriorityRow, UnitRow, alignments, valid_at

DrawMap = Callable[[], str]
"""Draws a map as SVG, for the formats that have pictures."""
MAX_OBJECTIVES = 60
"""A map with more objectives cannot be read on a page."""
ROW_MEMBERS = ("id", "title", "unit_id", "owner", "commitment", "state")


def summarize_alignment(context: ReportContext) -> JsonObject:
    """The objectives and links at the `start` and at the `end`."""
    return {name: _serialize_graph(context, moment, graph) for name, (moment, graph) in _graphs(context).items()}


def prepare_maps(context: ReportContext) -> dict[str, DrawMap]:
    """The maps at the `start` and the `end`, without those that are empty or too large to read."""
    return {
        name: _prepare_map(context, moment, graph)
        for name, (moment, graph) in _graphs(context).items()
        if 0 < len(_live_objectives(context, graph)) <= MAX_OBJECTIVES
    }


def _graphs(context: ReportContext) -> dict[str, tuple[Moment, GoalGraph]]:
    return {"start": (context.start, context.start_graph), "end": (context.end, context.end_graph)}


def _live_objectives(context: ReportContext, graph: GoalGraph) -> dict[str, EvaluatedObjective]:
    return {id: objective for id, objective in graph.objectives.items() if context.includes(objective.row) and objective.live}


def _serialize_graph(context: ReportContext, moment: Moment, graph: GoalGraph) -> JsonObject:
    goals = _live_objectives(context, graph)
    links = _fetch_links(context, moment, goals)
    titles = context.fetch_titles(moment, {link.parent_id for link in links})
    return {
        "position": moment.position,
        "objectives": [_serialize_objective(goal) for goal in sorted(goals.values(), key=lambda goal: goal.row.created)],
        "alignments": [{**goal_serializers.serialize_link(link), "parent": titles[link.parent_id]} for link in links],
    }


def _fetch_links(context: ReportContext, moment: Moment, ids: Collection[str]) -> list[AlignmentRow]:
    """The live links from these objectives to what they serve, in the order of creation."""
    links: list[AlignmentRow] = []
    for batch in batches(ids):
        live = alignments.c.child_id.in_(batch) & alignments.c.state.in_(LIVE_LINK_STATES)
        query = select(alignments).where(valid_at(alignments, moment.position), live)
        links += fetch_rows(context.connection, AlignmentRow, query)
    return sorted(links, key=lambda link: link.created)


def _serialize_objective(objective: EvaluatedObjective) -> JsonObject:
    return {
        **{name: getattr(objective.row, name) for name in ROW_MEMBERS},
        "progress": format_decimal(objective.progress.value) if objective.progress else None,
        "health": objective.health.effective if objective.health else None,
        "score": format_decimal_or_null(objective.score),
        "key_results": sum(part.live for part in objective.key_results),
    }


def _prepare_map(context: ReportContext, moment: Moment, graph: GoalGraph) -> DrawMap:
    """The map, always marked final: the report already states whether later events can change it."""
    units, priorities = context.fetch_rows(UnitRow, at=moment), context.fetch_rows(PriorityRow, at=moment)
    filter_ = TreeFilter(cycle=context.cycle.id, units=context.units)
    tree = AlignmentTree(graph, filter_, units, priorities, graph.side_links).as_graph()
    return partial(svg.render, {**orjson.loads(orjson.dumps(tree)), "final": True})
