"""Contents: what of the answer is on the map, grouped as it is drawn, with the links whose both ends are there."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from projections.text import words

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Link:
    """A link between two cards; one to a key result ends inside its objective's card."""

    id: str
    kind: str
    state: str
    weight: str | None
    child: str
    parent: str
    key_result: str | None

    @property
    def faded(self) -> bool:
        return self.state in words.FADED_LINK_STATES


@dataclass(frozen=True, slots=True)
class Group:
    """The cards of one unit, or the priorities of one perspective."""

    name: str
    note: str
    cards: list[str]


@dataclass(frozen=True, slots=True)
class Band:
    """The groups of one level, from the left to the right."""

    level: str
    groups: list[Group]


class MapModel:
    def __init__(self, answer: JsonObject) -> None:
        self.answer = answer
        self.units: dict[str, JsonObject] = {unit["id"]: unit for unit in answer["units"]}
        self.objectives: dict[str, JsonObject] = {each["id"]: each for each in answer["objectives"]}
        self.priorities: dict[str, JsonObject] = {each["id"]: each for each in answer["priorities"]}
        self.key_results: dict[str, JsonObject] = {
            part["id"]: part for each in answer["objectives"] for part in each["key_results"]
        }
        self.objective_by_key_result = {part["id"]: each["id"] for each in answer["objectives"] for part in each["key_results"]}
        self.links = list(self._build_links())

    @cached_property
    def top_unit(self) -> JsonObject | None:
        """The company, or the highest unit in the answer."""
        depths = list(words.LEVEL_LABELS)
        return min(self.answer["units"], key=lambda unit: depths.index(unit["level"]), default=None)

    @property
    def name(self) -> str:
        return words.display_title(self.top_unit) if self.top_unit else "OKR map"

    @cached_property
    def bands(self) -> list[Band]:
        """Priorities by perspective, then the levels from the top down; what has no unit in the answer comes last."""
        groups = defaultdict[str, list[Group]](list)
        for perspective, name in words.PERSPECTIVE_LABELS.items():
            groups["priority"].append(Group(name, "", self._ids_where(self.priorities, "perspective", perspective)))
        for unit in self._units_in_order():
            group = Group(
                words.display_title(unit), self._parent_note(unit), self._ids_where(self.objectives, "unit_id", unit["id"])
            )
            groups[unit["level"]].append(group)
        homeless = [id for id, each in self.objectives.items() if each["unit_id"] not in self.units]
        groups["elsewhere"].append(Group("Unit not shown", "", homeless))
        filled = {level: [group for group in groups[level] if group.cards] for level in words.LEVEL_LABELS}
        return [Band(level, found) for level, found in filled.items() if found]

    def _ids_where(self, things: dict[str, JsonObject], field: str, value: str) -> list[str]:
        return [id for id, thing in things.items() if thing[field] == value]

    def _parent_note(self, unit: JsonObject) -> str:
        above = self.units.get(unit["parent_id"] or "")
        return f"in {words.display_title(above)}" if above and above is not self.top_unit else ""

    def _units_in_order(self) -> list[JsonObject]:
        """Each unit before those below it, siblings in the answer's order."""
        below = defaultdict[str | None, list[JsonObject]](list)
        for unit in self.units.values():
            below[unit["parent_id"] if unit["parent_id"] in self.units else None].append(unit)
        waiting, found = below[None][::-1], list[JsonObject]()
        while waiting:
            found.append(waiting.pop())
            waiting += below.pop(found[-1]["id"], [])[::-1]
        return found

    def _build_links(self) -> Iterator[Link]:
        for told in self.answer["alignments"]:
            end = told["parent_id"]
            parent = self.objective_by_key_result.get(end, end)
            there = parent in self.objectives or parent in self.priorities
            if there and told["child_id"] in self.objectives and parent != told["child_id"]:
                key_result = end if end in self.objective_by_key_result else None
                yield Link(told["id"], told["kind"], told["state"], told["weight"], told["child_id"], parent, key_result)
