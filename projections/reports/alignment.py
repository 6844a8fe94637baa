"""The alignment map at the start and at the end: goals with their progress, and the links between them."""

from collections.abc import Collection
from typing import Any

import orjson
from sqlalchemy import select

from okr_events.domain.decimals import format_decimal, format_decimal_or_null
from projections.evaluation.goal_graph import GoalGraph
from projections.evaluation.objectives import EvaluatedObjective
from projections.moment import Moment
from projections.okr_map import svg
from projections.queries import serializers
from projections.queries.alignment_tree import AlignmentTree, TreeFilter
from projections.reports.context import ReportContext
from projections.store.batching import batches
from projections.store.links import LIVE_LINK_STATES
from projections.store.lookups import fetch_rows_at
from projections.store.tables import PriorityRow, UnitRow, alignments, key_results, objectives, priorities, valid_at

MAX_OBJECTIVES = 60
"""Objectives on a map that can still be read on a page."""


def alignment_maps(asked: ReportContext) -> dict[str, Any]:
    return {
        "start": _serialize_map(asked, asked.start, asked.start_graph),
        "end": _serialize_map(asked, asked.end, asked.end_graph),
    }


def _serialize_map(asked: ReportContext, moment: Moment, graph: GoalGraph) -> dict[str, Any]:
    mine = {id: each for id, each in graph.objectives.items() if asked.includes(each.row) and each.live}
    links = _fetch_links(asked, moment, mine)
    titles = _titles(asked, moment, {link.parent_id for link in links})
    return {
        "position": moment.position,
        "objectives": [_serialize_objective(each) for each in sorted(mine.values(), key=lambda each: each.row.created)],
        "alignments": [{**serializers.serialize_link(link), "parent": titles[link.parent_id]} for link in links],
    }


def _fetch_links(asked: ReportContext, moment: Moment, ids: Collection[str]) -> list[Any]:
    """The live links up from these objectives, also to what others own, in the order in which they came into being."""
    found: list[Any] = []
    for some in batches(ids):
        theirs = alignments.c.child_id.in_(some) & alignments.c.state.in_(LIVE_LINK_STATES)
        found += asked.connection.execute(select(alignments).where(valid_at(alignments, moment.position), theirs))
    return sorted(found, key=lambda link: link.created)


def _titles(asked: ReportContext, moment: Moment, ids: Collection[str]) -> dict[str, str]:
    """What objectives, key results and priorities are called, by their ids."""
    found: dict[str, str] = {}
    for some in batches(ids):
        for table in (objectives, key_results, priorities):
            query = select(table.c.id, table.c.title).where(valid_at(table, moment.position), table.c.id.in_(some))
            found |= {row.id: row.title for row in asked.connection.execute(query)}
    return found


def _serialize_objective(each: EvaluatedObjective) -> dict[str, Any]:
    row = each.row
    return {
        **{name: getattr(row, name) for name in ("id", "title", "unit_id", "owner", "commitment", "state")},
        "progress": format_decimal(each.progress.value) if each.progress else None,
        "health": each.health.effective if each.health else None,
        "score": format_decimal_or_null(each.score),
        "key_results": sum(part.live for part in each.key_results),
    }


def render_maps(asked: ReportContext) -> dict[str, str]:
    """The maps drawn, as SVG, by `start` and `end`; none of one that is empty, or too large to be read."""
    maps = (("start", asked.start, asked.start_graph), ("end", asked.end, asked.end_graph))
    return {
        name: _render_map(asked, moment, graph)
        for name, moment, graph in maps
        if 0 < _count_objectives(asked, graph) <= MAX_OBJECTIVES
    }


def _count_objectives(asked: ReportContext, graph: GoalGraph) -> int:
    return sum(asked.includes(each.row) and each.live for each in graph.objectives.values())


def _render_map(asked: ReportContext, moment: Moment, graph: GoalGraph) -> str:
    """Without a word on whether later events could change it: that is about the asking, and the picture stays as it is."""
    places = fetch_rows_at(asked.connection, UnitRow, moment.position)
    aims = fetch_rows_at(asked.connection, PriorityRow, moment.position)
    shown = TreeFilter(cycle=asked.cycle.id, units=asked.units)
    tree = AlignmentTree(graph, shown, places, aims, graph.side_links()).as_graph()
    return svg.render({**orjson.loads(orjson.dumps(tree)), "final": True})
