"""The alignment map at the start and at the end: goals with their progress, and the links between them."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from okr_events.numbers import plain, plain_or_null
from projections import shapes
from projections.alignment_tree import LIVE, AlignmentTree, Shown
from projections.graph import Graph
from projections.moment import Moment
from projections.reports.asked import Asked
from projections.rolled_up import ObjectiveAt
from projections.tables import at, priorities, units


def both(asked: Asked) -> dict[str, Any]:
    return {"start": _map(asked, asked.start, asked.before), "end": _map(asked, asked.end, asked.graph)}


def _map(asked: Asked, moment: Moment, graph: Graph) -> dict[str, Any]:
    mine = {id: each for id, each in graph.objectives.items() if asked.mine(each.row) and each.live}
    links = [*graph.links.values(), *graph.side_links()]
    return {
        "position": moment.position,
        "objectives": [_objective(each) for each in sorted(mine.values(), key=lambda each: each.row.created)],
        "alignments": [shapes.link(link) for link in links if link.state in LIVE and link.child_id in mine],
    }


def _objective(each: ObjectiveAt) -> dict[str, Any]:
    row = each.row
    return {
        **{name: getattr(row, name) for name in ("id", "title", "unit_id", "owner", "commitment", "state")},
        "progress": plain(each.progress.value) if each.progress else None,
        "health": each.health.effective if each.health else None,
        "score": plain_or_null(each.score),
        "key_results": sum(part.live for part in each.key_results),
    }


def drawable(asked: Asked) -> Iterator[tuple[str, dict[str, Any]]]:
    """The maps as the alignment tree tells them flat, for those who draw them."""
    for name, moment, graph in (("start", asked.start, asked.before), ("end", asked.end, asked.graph)):
        places = asked.connection.execute(select(units).where(at(units, moment.position)).order_by(units.c.created))
        aims = asked.connection.execute(
            select(priorities).where(at(priorities, moment.position)).order_by(priorities.c.created)
        )
        shown = Shown(cycle=asked.cycle.id, units=asked.units)
        yield name, AlignmentTree(graph, shown, places, aims, graph.side_links()).as_graph()
