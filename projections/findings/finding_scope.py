"""The scene: what the findings look at, read once, with the indexes that they share."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from okr_events.domain.values import Level
from projections.evaluation.key_results import CycleRules, EvaluatedKeyResult
from projections.evaluation.objectives import EvaluatedObjective
from projections.findings.link_index import LinkIndex
from projections.moment import Moment
from projections.store.links import LIVE_LINK_STATES

UnitCycle = tuple[str, str]
ENDED_STATES = {"closed", "cancelled", "retired"}


@dataclass(frozen=True, slots=True)
class Revision:
    """A key result's target as it was and as it became, recorded at a position and time."""

    key_result_id: str
    position: int
    recorded_at: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True)
class FindingScope:
    """`objectives` are those asked about, none of them cancelled; `ends` are the rows of whatever else a link names;
    `links` those that touch them, ended ones included; `revisions` those of their key results.
    """

    moment: Moment
    rules: Mapping[str, CycleRules]
    units: Mapping[str, Any]
    objectives: Mapping[str, EvaluatedObjective]
    rows_by_id: Mapping[str, Any] = field(default_factory=dict)
    link_rows: Sequence[Any] = ()
    revisions: Sequence[Revision] = ()

    def linked_row(self, id: str) -> Any:
        """The row of an objective, key result or priority that a link names."""
        objective = self.objectives.get(id)
        return objective.row if objective else self.rows_by_id[id]

    def parent_objective(self, link: Any) -> Any:
        """The objective that a link leads to, itself or by its key result; null for a priority."""
        if link.parent_type == "priority":
            return None
        parent = self.linked_row(link.parent_id)
        return self.linked_row(parent.objective_id) if link.parent_type == "key_result" else parent

    def is_ended(self, row: Any) -> bool:
        """Whether it is closed, cancelled or retired, or its cycle is closed."""
        cycle = self.rules.get(getattr(row, "cycle_id", ""))
        return row.state in ENDED_STATES or (cycle is not None and cycle.row.state == "closed")

    def unit_of(self, objective: Any) -> Any:
        return self.units[objective.unit_id]

    def policy(self, objective: Any) -> dict[str, Any]:
        return self.rules[objective.cycle_id].policy

    @cached_property
    def links(self) -> LinkIndex:
        return LinkIndex(self.link_rows, lambda link: self.linked_row(link.child_id).state == "cancelled")

    def end_position(self, link: Any) -> int:
        """Where a link stopped to count: at its end, or when its child was cancelled."""
        return int(self.linked_row(link.child_id).from_position if link.state in LIVE_LINK_STATES else link.from_position)

    @cached_property
    def child_links(self) -> list[tuple[Any, Any]]:
        """The live links whose child is asked about, with that child."""
        own = self.objectives
        return [(link, own[link.child_id].row) for link in self.links.live if link.child_id in own]

    @cached_property
    def key_results(self) -> list[tuple[EvaluatedObjective, EvaluatedKeyResult]]:
        """Those that were not cancelled, with their objectives."""
        return [(each, part) for each in self.objectives.values() for part in uncancelled_key_results(each)]

    @cached_property
    def by_unit_and_cycle(self) -> dict[UnitCycle, list[EvaluatedObjective]]:
        """The objectives of each unit in each cycle."""
        found: dict[UnitCycle, list[EvaluatedObjective]] = defaultdict(list)
        for objective in self.objectives.values():
            found[objective.row.unit_id, objective.row.cycle_id].append(objective)
        return found

    @cached_property
    def lineage_depths(self) -> dict[str, frozenset[int]]:
        """How deep each unit and all units above it stand: 0 for the company, 3 for individuals."""
        found: dict[str, frozenset[int]] = {}
        for id in self.units:
            for each in reversed(list(self._unknown_ancestors(id, found))):
                unit = self.units[each]
                found[each] = found.get(unit.parent_id, frozenset()) | {Level(unit.level).depth}
        return found

    def _unknown_ancestors(self, id: str | None, found: Mapping[str, Any]) -> Iterator[str]:
        while id is not None and id not in found:
            yield id
            id = self.units[id].parent_id


def uncancelled_key_results(objective: EvaluatedObjective) -> list[EvaluatedKeyResult]:
    """The key results of an objective that were not cancelled."""
    return [part for part in objective.key_results if part.row.state != "cancelled"]
