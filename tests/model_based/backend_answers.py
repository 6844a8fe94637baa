"""What the backend tells of a position, in a plain shape: exact numbers, everything by its id."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import select

from projections import moment
from projections.evaluation.goal_graph import Graph
from projections.projector import Views
from projections.queries import serializers
from projections.queries.alignment_tree import AlignmentTree, Shown
from projections.store.tables import at, cycles, priorities, units

NUMBERS = {
    "value",
    "raw",
    "score",
    "weight",
    "confidence",
    "baseline",
    "target",
    "relative",
    "low",
    "high",
    "on_track",
    "at_risk",
    "capacity",
    "agreed_capacity",
}
LATEST = ("measured_on", "value", "milestones", "confidence", "status", "position")
Told = dict[str, Any]


def answers(views: Views, position: int, zone: ZoneInfo) -> bytes:
    """The map at a position as the backend answers it, without and with what ended, and the cycles."""
    views.catch_up(60)
    then = moment.at_position(views.log, position, zone)
    with views.reading() as connection:
        graph = Graph.of_cycle(connection, then, None)
        places, aims, spans = (
            list(connection.execute(select(table).where(at(table, position)))) for table in (units, priorities, cycles)
        )
        around = (places, aims, graph.side_links())
        trees = [AlignmentTree(graph, Shown(ended=ended), *around).as_tree() for ended in (False, True)]
    return orjson.dumps([*trees, sorted(map(serializers.cycle, spans), key=lambda span: str(span["id"]))])


def told(answer: bytes) -> list[Any]:
    """An answer in the shape to compare: exact numbers, every objective by its id, links apart."""
    present, whole, spans = json.loads(answer, object_hook=_exact)
    return [_flat(present), _flat(whole), {span["id"]: _span(span) for span in spans}]


def _exact(part: Told) -> Told:
    return {name: Decimal(value) if name in NUMBERS and isinstance(value, str) else value for name, value in part.items()}


def _flat(tree: Told) -> Told:
    nodes = [node for root in tree["roots"] for node in _nodes(root)]
    found = {node["id"]: node for node in nodes if "ref" not in node}
    assert len(found) == sum("ref" not in node for node in nodes), "an objective is told twice"
    holders = [*found.values(), *(part for node in found.values() for part in node["key_results"])]
    below = {each["id"]: [(child["alignment_id"], child["weight"]) for child in each.pop("children")] for each in holders}
    for node in found.values():
        node.pop("alignment_id", None), node.pop("weight", None)
        for part in node["key_results"]:
            part["latest_check_in"] = part["latest_check_in"] and {
                name: part["latest_check_in"][name] for name in ("id", *LATEST)
            }
    names = {unit["id"]: [unit[name] for name in ("name", "level", "parent_id", "vision", "version")] for unit in tree["units"]}
    aims, links = ({each["id"]: each for each in tree[name]} for name in ("priorities", "alignments"))
    return {"objectives": found, "below": below, "links": links, "units": names, "priorities": aims}


def _nodes(node: Told) -> Iterator[Told]:
    yield node
    for each in (node, *node.get("key_results", ())):
        for child in each.get("children", ()):
            yield from _nodes(child)


def _span(span: Told) -> list[Any]:
    cadence, pace = span["policy"]["cadence"], span["policy"]["pace"]
    limits = span["policy"]["limits"]
    rules = [cadence["every"], cadence["weekday"], cadence["grace_days"], pace["on_track"], pace["at_risk"]]
    refused = [limit["max"] if limit["enforce"] == "refuse" else None for limit in limits.values()]
    return [span["name"], span["starts_on"], span["ends_on"], span["state"], rules + refused, span["version"]]
