"""The alignment map at the start and at the end: goals with their progress, and the links between them."""

from collections.abc import Collection
from typing import Any

import orjson
from sqlalchemy import select

from okr_events.domain.decimals import plain, plain_or_null
from projections.evaluation.goal_graph import Graph
from projections.evaluation.key_results import batches
from projections.evaluation.objectives import ObjectiveAt
from projections.moment import Moment
from projections.okr_map import svg
from projections.queries import serializers
from projections.queries.alignment_tree import LIVE, AlignmentTree, Shown
from projections.reports.context import Asked
from projections.store.tables import alignments, at, key_results, objectives, priorities, units

MOST_DRAWN = 60
"""Objectives on a map that can still be read on a page."""


def both(asked: Asked) -> dict[str, Any]:
    return {"start": _map(asked, asked.start, asked.before), "end": _map(asked, asked.end, asked.graph)}


def _map(asked: Asked, moment: Moment, graph: Graph) -> dict[str, Any]:
    mine = {id: each for id, each in graph.objectives.items() if asked.mine(each.row) and each.live}
    links = _links_from(asked, moment, mine)
    titles = _titles(asked, moment, {link.parent_id for link in links})
    return {
        "position": moment.position,
        "objectives": [_objective(each) for each in sorted(mine.values(), key=lambda each: each.row.created)],
        "alignments": [{**serializers.link(link), "parent": titles[link.parent_id]} for link in links],
    }


def _links_from(asked: Asked, moment: Moment, ids: Collection[str]) -> list[Any]:
    """The live links up from these objectives, also to what others own, in the order in which they came into being."""
    found: list[Any] = []
    for some in batches(ids):
        theirs = alignments.c.child_id.in_(some) & alignments.c.state.in_(LIVE)
        found += asked.connection.execute(select(alignments).where(at(alignments, moment.position), theirs))
    return sorted(found, key=lambda link: link.created)


def _titles(asked: Asked, moment: Moment, ids: Collection[str]) -> dict[str, str]:
    """What objectives, key results and priorities are called, by their ids."""
    found: dict[str, str] = {}
    for some in batches(ids):
        for table in (objectives, key_results, priorities):
            query = select(table.c.id, table.c.title).where(at(table, moment.position), table.c.id.in_(some))
            found |= {row.id: row.title for row in asked.connection.execute(query)}
    return found


def _objective(each: ObjectiveAt) -> dict[str, Any]:
    row = each.row
    return {
        **{name: getattr(row, name) for name in ("id", "title", "unit_id", "owner", "commitment", "state")},
        "progress": plain(each.progress.value) if each.progress else None,
        "health": each.health.effective if each.health else None,
        "score": plain_or_null(each.score),
        "key_results": sum(part.live for part in each.key_results),
    }


def pictures(asked: Asked) -> dict[str, str]:
    """The maps drawn, as SVG, by `start` and `end`; none of one that is empty, or too large to be read."""
    maps = (("start", asked.start, asked.before), ("end", asked.end, asked.graph))
    return {name: _drawn(asked, moment, graph) for name, moment, graph in maps if 0 < _size(asked, graph) <= MOST_DRAWN}


def _size(asked: Asked, graph: Graph) -> int:
    return sum(asked.mine(each.row) and each.live for each in graph.objectives.values())


def _drawn(asked: Asked, moment: Moment, graph: Graph) -> str:
    """Without a word on whether later events could change it: that is about the asking, and the picture stays as it is."""
    places, aims = (
        asked.connection.execute(select(table).where(at(table, moment.position)).order_by(table.c.created))
        for table in (units, priorities)
    )
    shown = Shown(cycle=asked.cycle.id, units=asked.units)
    tree = AlignmentTree(graph, shown, places, aims, graph.side_links()).as_graph()
    return svg.drawn({**orjson.loads(orjson.dumps(tree)), "final": True})
