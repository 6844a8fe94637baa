"""The scene: what the findings look at, read once, with the indexes that they share."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from okr_events.domain.values import Level
from projections.evaluation.key_results import CycleRules, KeyResultAt
from projections.evaluation.objectives import ObjectiveAt
from projections.findings.link_index import LIVE, Links
from projections.moment import Moment

Place = tuple[str, str]
OVER = {"closed", "cancelled", "retired"}


@dataclass(frozen=True, slots=True)
class Revision:
    """A key result's target as it was and as it became, recorded at a position and time."""

    key_result_id: str
    position: int
    recorded_at: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True)
class Scene:
    """`objectives` are those asked about, none of them cancelled; `ends` are the rows of whatever else a link names;
    `links` those that touch them, ended ones included; `revisions` those of their key results.
    """

    moment: Moment
    rules: Mapping[str, CycleRules]
    units: Mapping[str, Any]
    objectives: Mapping[str, ObjectiveAt]
    ends: Mapping[str, Any] = field(default_factory=dict)
    link_rows: Sequence[Any] = ()
    revisions: Sequence[Revision] = ()

    def end(self, id: str) -> Any:
        """The row of an objective, key result or priority that a link names."""
        objective = self.objectives.get(id)
        return objective.row if objective else self.ends[id]

    def goal(self, link: Any) -> Any:
        """The objective that a link leads to, itself or by its key result; null for a priority."""
        if link.parent_type == "priority":
            return None
        parent = self.end(link.parent_id)
        return self.end(parent.objective_id) if link.parent_type == "key_result" else parent

    def over(self, row: Any) -> bool:
        """Whether it is closed, cancelled or retired, or its cycle is closed."""
        cycle = self.rules.get(getattr(row, "cycle_id", ""))
        return row.state in OVER or (cycle is not None and cycle.row.state == "closed")

    def unit_of(self, objective: Any) -> Any:
        return self.units[objective.unit_id]

    def policy(self, objective: Any) -> dict[str, Any]:
        return self.rules[objective.cycle_id].policy

    @cached_property
    def links(self) -> Links:
        return Links(self.link_rows, lambda link: self.end(link.child_id).state == "cancelled")

    def ending(self, link: Any) -> int:
        """Where a link stopped to count: at its end, or when its child was cancelled."""
        return int(self.end(link.child_id).from_position if link.state in LIVE else link.from_position)

    @cached_property
    def own_links(self) -> list[tuple[Any, Any]]:
        """The live links whose child is asked about, with that child."""
        own = self.objectives
        return [(link, own[link.child_id].row) for link in self.links.live if link.child_id in own]

    @cached_property
    def key_results(self) -> list[tuple[ObjectiveAt, KeyResultAt]]:
        """Those that were not cancelled, with their objectives."""
        return [(each, part) for each in self.objectives.values() for part in kept(each)]

    @cached_property
    def by_place(self) -> dict[Place, list[ObjectiveAt]]:
        """The objectives of each unit in each cycle."""
        found: dict[Place, list[ObjectiveAt]] = defaultdict(list)
        for objective in self.objectives.values():
            found[objective.row.unit_id, objective.row.cycle_id].append(objective)
        return found

    @cached_property
    def lineages(self) -> dict[str, frozenset[int]]:
        """How deep each unit and all units above it stand: 0 for the company, 3 for individuals."""
        found: dict[str, frozenset[int]] = {}
        for id in self.units:
            for each in reversed(list(self._up_to(id, found))):
                unit = self.units[each]
                found[each] = found.get(unit.parent_id, frozenset()) | {Level(unit.level).depth}
        return found

    def _up_to(self, id: str | None, found: Mapping[str, Any]) -> Iterator[str]:
        while id is not None and id not in found:
            yield id
            id = self.units[id].parent_id


def kept(objective: ObjectiveAt) -> list[KeyResultAt]:
    """The key results of an objective that were not cancelled."""
    return [part for part in objective.key_results if part.row.state != "cancelled"]
