"""What the backend tells of a position, and what it should tell by the model: the same plain shape on both sides."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import select

from okr_events.values import focus
from projections import moment, shapes
from projections.alignment_tree import AlignmentTree, Shown
from projections.graph import Graph
from projections.tables import at, cycles, units
from projections.views import Views
from tests.states import numbers
from tests.states.model import Model

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
}
LATEST = ("measured_on", "value", "milestones", "confidence", "status", "position")
Told = dict[str, Any]


def answers(views: Views, position: int, zone: ZoneInfo) -> bytes:
    """The map at a position as the backend answers it, without and with what ended, and the cycles."""
    views.catch_up(60)
    then = moment.at_position(views.log, position, zone)
    with views.reading() as connection:
        graph = Graph.of_cycle(connection, then, None)
        places = list(connection.execute(select(units).where(at(units, position))))
        trees = [AlignmentTree(graph, Shown(ended=ended), places).as_tree() for ended in (False, True)]
        spans = [shapes.cycle(row) for row in connection.execute(select(cycles).where(at(cycles, position)))]
    return orjson.dumps([*trees, sorted(spans, key=lambda span: str(span["id"]))])


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
    below = {
        node["id"]: [(child["alignment_id"], child["weight"]) for child in node.pop("children")] for node in found.values()
    }
    for node in found.values():
        node.pop("alignment_id", None), node.pop("weight", None)
        for part in node["key_results"]:
            part["latest_check_in"] = part["latest_check_in"] and {
                name: part["latest_check_in"][name] for name in ("id", *LATEST)
            }
    names = {unit["id"]: [unit[name] for name in ("name", "level", "parent_id", "vision", "version")] for unit in tree["units"]}
    return {"objectives": found, "below": below, "links": {link["id"]: link for link in tree["alignments"]}, "units": names}


def _nodes(node: Told) -> Iterator[Told]:
    yield node
    for child in node.get("children", ()):
        yield from _nodes(child)


def _span(span: Told) -> list[Any]:
    cadence, pace = span["policy"]["cadence"], span["policy"]["pace"]
    rules = [cadence["every"], cadence["weekday"], cadence["grace_days"], pace["on_track"], pace["at_risk"]]
    return [span["name"], span["starts_on"], span["ends_on"], span["state"], rules, span["version"]]


class Expected:
    """What should be told of a position by the model."""

    def __init__(self, model: Model, position: int) -> None:
        self.world, self.versions, self.today = model.at(position)
        self.key_results = {id: self._key_result(id) for id in self.world["key_results"]}
        self.objectives = {id: self._objective(id, goal) for id, goal in self.world["objectives"].items()}

    def all(self) -> list[Any]:
        spans = {str(id): self._cycle(id, cycle) for id, cycle in self.world["cycles"].items()}
        return [self._map(ended=False), self._map(ended=True), spans]

    def _cycle(self, id: Any, cycle: Told) -> list[Any]:
        rules = list(cycle["policy"].values())
        return [cycle["name"], str(cycle["starts"]), str(cycle["ends"]), cycle["state"], rules, self.versions[id]]

    def _map(self, *, ended: bool) -> Told:
        goals = {id: goal for id, goal in self.world["objectives"].items() if ended or goal["state"] != "cancelled"}
        links = {
            id: link
            for id, link in self.world["links"].items()
            if link["child"] in goals and link["parent"] in goals and (ended or link["state"] == "active")
        }
        return {
            "objectives": {str(id): self.objectives[id] | {"key_results": self._parts(id, ended=ended)} for id in goals},
            "below": {
                str(id): [(str(key), link["weight"]) for key, link in links.items() if link["parent"] == id] for id in goals
            },
            "links": {str(id): self._link(id, link) for id, link in links.items()},
            "units": {str(id): self._unit(id, unit) for id, unit in self.world["units"].items()},
        }

    def _unit(self, id: Any, unit: Told) -> list[Any]:
        return [unit["name"], unit["level"], _text(unit["parent"]), unit["vision"], self.versions[id]]

    def _link(self, id: Any, link: Told) -> Told:
        ends = {"id": str(id), "child_id": str(link["child"]), "parent_id": str(link["parent"])}
        return {**ends, "kind": "vertical", "weight": link["weight"], "state": link["state"], "version": self.versions[id]}

    def _parts(self, id: Any, *, ended: bool) -> list[Told]:
        own = [key for key, found in self.world["key_results"].items() if found["objective"] == id]
        return [self.key_results[key] for key in own if ended or numbers.live(self.world, key)]

    def _objective(self, id: Any, goal: Told) -> Told:
        copied = {name: goal[name] for name in ("title", "description", "commitment", "urgent", "important", "state")}
        return {
            **copied,
            "id": str(id),
            "unit_id": str(goal["unit"]),
            "cycle_id": str(goal["cycle"]),
            "owner": _text(goal["owner"]),
            "focus": focus(urgent=goal["urgent"], important=goal["important"]),
            "progress_driver": goal["driver"],
            "progress": _rolled_up(numbers.progress(self.world, id)),
            "health": _health(numbers.health_of_objective(self.world, id, self.today)),
            "score": numbers.score(self.world, id),
            "version": self.versions[id],
        }

    def _key_result(self, id: Any) -> Told:
        found = self.world["key_results"][id]
        progress = numbers.measured(self.world, id)
        return {
            "id": str(id),
            "objective_id": str(found["objective"]),
            "title": found["title"],
            "description": None,
            "metric": _metric(found["metric"]),
            "weight": found["weight"],
            "owner": _text(found["owner"]),
            "due_on": str(found["due"]),
            "state": "open" if numbers.live(self.world, id) else "cancelled",
            "value": numbers.last_said(self.world, id, "value"),
            "milestones": numbers.last_said(self.world, id, "milestones"),
            "confidence": numbers.last_said(self.world, id, "confidence"),
            "progress": progress and _number(*progress, 0, 0),
            "health": _health(numbers.health_of_key_result(self.world, id, self.today)),
            "score": found["score"],
            "latest_check_in": self._latest(id),
            "children": [],
            "version": self.versions[id],
        }

    def _latest(self, key_result: Any) -> Told | None:
        counting = numbers.in_force(self.world, key_result)
        if not counting:
            return None
        id = next(id for id, check_in in self.world["check_ins"].items() if check_in is counting[-1])
        last = {**counting[-1], "measured_on": str(counting[-1]["day"]), "position": counting[-1]["order"]}
        return {"id": str(id), **{name: last[name] for name in LATEST}}


def _text(id: Any) -> str | None:
    return None if id is None else str(id)


def _number(value: Decimal, raw: Decimal, flags: list[str], drivers: int, not_started: int) -> Told:
    return {"value": value, "raw": raw, "flags": flags, "drivers": drivers, "not_started": not_started}


def _rolled_up(found: tuple[Decimal, int, int] | None) -> Told | None:
    return found and _number(found[0], found[0], [], found[1], found[2])


def _health(health: numbers.Health) -> Told:
    return dict(zip(("reported", "computed", "effective", "mismatch"), health, strict=True))


def _metric(metric: Told) -> Told:
    match metric["kind"]:
        case "milestones":
            return {"kind": "milestones", "steps": [{"name": n, "weight": w} for n, w in metric["steps"].items()]}
        case "increase" | "decrease":
            relative = {} if metric["relative"] is None else {"relative": metric["relative"]}
            return {**{name: metric[name] for name in ("kind", "baseline", "target")}, **relative, "measure": None}
        case "at_least" | "at_most":
            return {**metric, "baseline": None, "measure": None}
        case "between":
            return {**metric, "measure": None}
    return metric
