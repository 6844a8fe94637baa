"""What the backend tells of a position, in a plain shape: exact numbers, everything by its id."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import select

from projections import moment
from projections.evaluation.goal_graph import GoalGraph
from projections.projector import Projector
from projections.queries import goal_serializers
from projections.queries.alignment_tree import AlignmentTree, TreeFilter
from projections.store.tables import cycles, priorities, units, valid_at

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
JsonObject = dict[str, Any]


def fetch_answers(views: Projector, position: int, zone: ZoneInfo) -> bytes:
    """The map at a position as the backend answers it, without and with what ended, and the cycles."""
    views.catch_up(60)
    then = moment.moment_at_position(views.log, position, zone)
    with views.connect() as connection:
        graph = GoalGraph.for_cycle(connection, then, None)
        places, aims, spans = (
            list(connection.execute(select(table).where(valid_at(table, position)))) for table in (units, priorities, cycles)
        )
        around = (places, aims, graph.side_links)
        trees = [AlignmentTree(graph, TreeFilter(ended=ended), *around).as_tree() for ended in (False, True)]
    return orjson.dumps([*trees, sorted(map(goal_serializers.serialize_cycle, spans), key=lambda span: str(span["id"]))])


def comparable_answers(answer: bytes) -> list[Any]:
    """An answer in the shape to compare: exact numbers, every objective by its id, links apart."""
    present, whole, spans = json.loads(answer, object_hook=_parse_decimals)
    return [_flatten_tree(present), _flatten_tree(whole), {span["id"]: _comparable_cycle(span) for span in spans}]


def _parse_decimals(part: JsonObject) -> JsonObject:
    return {name: Decimal(value) if name in NUMBERS and isinstance(value, str) else value for name, value in part.items()}


def _flatten_tree(tree: JsonObject) -> JsonObject:
    nodes = [node for root in tree["roots"] for node in _iterate_nodes(root)]
    found = {node["id"]: node for node in nodes if "ref" not in node}
    assert len(found) == sum("ref" not in node for node in nodes), "an objective appears twice"
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


def _iterate_nodes(node: JsonObject) -> Iterator[JsonObject]:
    yield node
    for each in (node, *node.get("key_results", ())):
        for child in each.get("children", ()):
            yield from _iterate_nodes(child)


def _comparable_cycle(span: JsonObject) -> list[Any]:
    cadence, pace = span["policy"]["cadence"], span["policy"]["pace"]
    limits = span["policy"]["limits"]
    rules = [cadence["every"], cadence["weekday"], cadence["grace_days"], pace["on_track"], pace["at_risk"]]
    refused = [limit["max"] if limit["enforce"] == "refuse" else None for limit in limits.values()]
    return [span["name"], span["starts_on"], span["ends_on"], span["state"], rules + refused, span["version"]]
