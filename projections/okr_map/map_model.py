"""The model of the map: units, objectives and priorities of an alignment graph in groups, and the links between them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from okr_events.domain.decimals import format_decimal
from okr_events.json_types import JsonObject
from projections.text import labels
from projections.text.rounding import Rounding

UNKNOWN_UNIT = "Unit not shown"


@dataclass(frozen=True, slots=True)
class Link:
    """A link between two cards; a link to a key result ends inside the card of its objective."""

    id: str
    kind: str
    state: str
    weight: str | None
    child: str
    parent: str
    key_result: str | None

    @property
    def faded(self) -> bool:
        return self.state in labels.FADED_LINK_STATES


@dataclass(frozen=True, slots=True)
class Group:
    """The cards of one unit, or the priorities of one perspective."""

    name: str
    note: str
    cards: list[str]


@dataclass(frozen=True, slots=True)
class Band:
    """The groups of one level."""

    level: str
    groups: list[Group]


class MapModel:
    """The graph, with progress and scores rounded for the page."""

    def __init__(self, graph: JsonObject) -> None:
        self.graph = graph = round_shares(graph)
        self.units: dict[str, JsonObject] = {unit["id"]: unit for unit in graph["units"]}
        self.objectives: dict[str, JsonObject] = {item["id"]: item for item in graph["objectives"]}
        self.priorities: dict[str, JsonObject] = {item["id"]: item for item in graph["priorities"]}
        self.key_results: dict[str, JsonObject] = {
            part["id"]: part for objective in graph["objectives"] for part in objective["key_results"]
        }
        self.objective_by_key_result = {
            part["id"]: id for id, objective in self.objectives.items() for part in objective["key_results"]
        }
        self.links = list(self._build_links())

    @cached_property
    def top_unit(self) -> JsonObject | None:
        """The company, or the highest unit of the graph."""
        depths = list(labels.LEVEL_LABELS)
        return min(self.graph["units"], key=lambda unit: depths.index(unit["level"]), default=None)

    @property
    def name(self) -> str:
        return labels.display_title(self.top_unit) if self.top_unit else "OKR map"

    @cached_property
    def bands(self) -> list[Band]:
        """Priorities by perspective, then the levels from the top down; objectives of unknown units come last."""
        groups = defaultdict[str, list[Group]](list)
        for perspective, name in labels.PERSPECTIVE_LABELS.items():
            groups["priority"].append(Group(name, "", self._ids_where(self.priorities, "perspective", perspective)))
        for unit in self._units_in_order():
            group = Group(
                labels.display_title(unit), self._parent_note(unit), self._ids_where(self.objectives, "unit_id", unit["id"])
            )
            groups[unit["level"]].append(group)
        others = [id for id, objective in self.objectives.items() if objective["unit_id"] not in self.units]
        groups["elsewhere"].append(Group(UNKNOWN_UNIT, "", others))
        filled = {level: [group for group in groups[level] if group.cards] for level in labels.LEVEL_LABELS}
        return [Band(level, level_groups) for level, level_groups in filled.items() if level_groups]

    def _ids_where(self, items: dict[str, JsonObject], member: str, value: str) -> list[str]:
        return [id for id, item in items.items() if item[member] == value]

    def _parent_note(self, unit: JsonObject) -> str:
        above = self.units.get(unit["parent_id"] or "")
        return f"in {labels.display_title(above)}" if above and above is not self.top_unit else ""

    def _units_in_order(self) -> list[JsonObject]:
        """Each unit before those below it, siblings in the order of the graph."""
        below = defaultdict[str | None, list[JsonObject]](list)
        for unit in self.units.values():
            below[unit["parent_id"] if unit["parent_id"] in self.units else None].append(unit)
        stack, ordered = below[None][::-1], list[JsonObject]()
        while stack:
            ordered.append(stack.pop())
            stack += below.pop(ordered[-1]["id"], [])[::-1]
        return ordered

    def _build_links(self) -> Iterator[Link]:
        """The links between two cards of the map."""
        for link in self.graph["alignments"]:
            child, target = link["child_id"], link["parent_id"]
            parent = self.objective_by_key_result.get(target, target)
            included = parent in self.objectives or parent in self.priorities
            if included and child in self.objectives and parent != child:
                key_result = target if target in self.objective_by_key_result else None
                yield Link(link["id"], link["kind"], link["state"], link["weight"], child, parent, key_result)


def round_shares(graph: JsonObject) -> JsonObject:
    """The graph with progress and scores rounded for one page: whole percent where they suffice to tell them apart."""
    goals = [goal for objective in graph["objectives"] for goal in (objective, *objective["key_results"])]
    page = Rounding(Decimal(share) for goal in goals for share in _shares(goal))
    return {**graph, "objectives": [_round_goal(page, objective) for objective in graph["objectives"]]}


def _shares(goal: JsonObject) -> Iterator[str]:
    progress = goal["progress"] or {}
    yield from (share for share in (progress.get("value"), progress.get("raw"), goal["score"]) if share is not None)


def _round_goal(page: Rounding, goal: JsonObject) -> JsonObject:
    """An objective with its key results, or a key result."""
    parts = {"key_results": [_round_goal(page, part) for part in goal["key_results"]]} if "key_results" in goal else {}
    progress = goal["progress"] and goal["progress"] | {
        name: share and format_decimal(page.round(Decimal(share), 2)) for name, share in _members(goal["progress"])
    }
    score = goal["score"] and page.decimals(Decimal(goal["score"]))
    return {**goal, **parts, "progress": progress, "score": score}


def _members(progress: JsonObject) -> list[tuple[str, str | None]]:
    return [(name, progress[name]) for name in ("value", "raw") if name in progress]
