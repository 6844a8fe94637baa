"""The rows and evaluated goals that finders look at, read once, with the indexes that they share."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from okr_events.domain.values import Level
from okr_events.json_types import JsonObject
from projections.evaluation.key_results import CycleRules, EvaluatedKeyResult
from projections.evaluation.objectives import EvaluatedObjective
from projections.moment import Moment
from projections.store.link_conditions import LIVE_LINK_STATES
from projections.store.tables import AlignmentRow, KeyResultRow, ObjectiveRow, PriorityRow, UnitRow

UnitCycle = tuple[str, str]
LinksByEnd = dict[str, list[AlignmentRow]]
GoalRow = ObjectiveRow | KeyResultRow | PriorityRow
ENDED_STATES = {"closed", "cancelled", "retired"}


@dataclass(frozen=True, slots=True)
class Revision:
    """The metric of a key result before and after a revised target, recorded at a position and a time in microseconds."""

    key_result_id: str
    position: int
    recorded_at: int
    before: JsonObject
    after: JsonObject


@dataclass(frozen=True, slots=True)
class LinkedRows:
    """The rows at either end of links, and the objectives of linked key results, by id."""

    objectives: Mapping[str, ObjectiveRow] = field(default_factory=dict)
    key_results: Mapping[str, KeyResultRow] = field(default_factory=dict)
    priorities: Mapping[str, PriorityRow] = field(default_factory=dict)


class LinkIndex:
    """Links by child and by parent; the links of a cancelled child count as ended."""

    def __init__(self, links: Iterable[AlignmentRow], child_is_cancelled: Callable[[AlignmentRow], bool]) -> None:
        self.live: list[AlignmentRow] = []
        self.by_child: LinksByEnd = defaultdict(list)
        self.by_parent: LinksByEnd = defaultdict(list)
        self.ended_by_child: LinksByEnd = defaultdict(list)
        self.ended_by_parent: LinksByEnd = defaultdict(list)
        for link in links:
            live = link.state in LIVE_LINK_STATES and not child_is_cancelled(link)
            (self.by_child if live else self.ended_by_child)[link.child_id].append(link)
            (self.by_parent if live else self.ended_by_parent)[link.parent_id].append(link)
            if live:
                self.live.append(link)


@dataclass(frozen=True)
class FindingScope:
    """The uncancelled `objectives` of one cycle or of all, with everything that findings about them depend on.

    `link_rows` are the links from or to them, ended links included; `revisions` are those of their key results.
    """

    moment: Moment
    rules: Mapping[str, CycleRules]
    units: Mapping[str, UnitRow]
    objectives: Mapping[str, EvaluatedObjective]
    linked: LinkedRows = field(default_factory=LinkedRows)
    link_rows: Sequence[AlignmentRow] = ()
    revisions: Sequence[Revision] = ()

    def child(self, link: AlignmentRow) -> ObjectiveRow:
        return self.linked.objectives[link.child_id]

    def parent(self, link: AlignmentRow) -> GoalRow:
        id, linked = link.parent_id, self.linked
        return linked.key_results.get(id) or linked.priorities.get(id) or linked.objectives[id]

    def parent_objective(self, link: AlignmentRow) -> ObjectiveRow | None:
        """The objective that a link leads to, directly or through its key result; null for a priority."""
        if link.parent_type == "priority":
            return None
        id = self.linked.key_results[link.parent_id].objective_id if link.parent_type == "key_result" else link.parent_id
        return self.linked.objectives[id]

    def is_ended(self, row: GoalRow) -> bool:
        """Whether it is closed, cancelled or retired, or its cycle is closed."""
        cycle = self.rules.get(getattr(row, "cycle_id", ""))
        return row.state in ENDED_STATES or (cycle is not None and cycle.closed)

    def unit_of(self, objective: ObjectiveRow) -> UnitRow:
        return self.units[objective.unit_id]

    def label(self, objective: ObjectiveRow) -> str:
        """The quoted title with the name of the unit, for sentences."""
        return f"“{objective.title}” of {self.unit_of(objective).name}"

    def policy(self, objective: ObjectiveRow) -> JsonObject:
        return self.rules[objective.cycle_id].policy

    @cached_property
    def links(self) -> LinkIndex:
        return LinkIndex(self.link_rows, lambda link: self.child(link).state == "cancelled")

    def end_position(self, link: AlignmentRow) -> int:
        """The position from which an ended link no longer counts: its own end, or the cancellation of its child."""
        return self.child(link).from_position if link.state in LIVE_LINK_STATES else link.from_position

    @cached_property
    def child_links(self) -> list[tuple[AlignmentRow, ObjectiveRow]]:
        """The live links from the objectives in scope, each with its child."""
        return [(link, self.child(link)) for link in self.links.live if link.child_id in self.objectives]

    @cached_property
    def objective_links(self) -> list[tuple[AlignmentRow, ObjectiveRow, ObjectiveRow]]:
        """The live links to objectives and key results, each with its child and parent objective."""
        pairs = ((link, child, self.parent_objective(link)) for link, child in self.child_links)
        return [(link, child, parent) for link, child, parent in pairs if parent is not None]

    @cached_property
    def key_results(self) -> list[tuple[EvaluatedObjective, EvaluatedKeyResult]]:
        """The uncancelled key results, with their objectives."""
        objectives = self.objectives.values()
        return [(objective, part) for objective in objectives for part in uncancelled_key_results(objective)]

    @cached_property
    def by_unit_and_cycle(self) -> dict[UnitCycle, list[EvaluatedObjective]]:
        groups: dict[UnitCycle, list[EvaluatedObjective]] = defaultdict(list)
        for objective in self.objectives.values():
            groups[objective.row.unit_id, objective.row.cycle_id].append(objective)
        return groups

    @cached_property
    def lineage_depths(self) -> dict[str, frozenset[int]]:
        """The level depths of each unit and of the units above it: 0 for the company, 3 for individuals."""
        depths: dict[str, frozenset[int]] = {}
        for id in self.units:
            for unit in reversed(list(self._unknown_ancestors(id, depths))):
                depths[unit.id] = depths.get(unit.parent_id or "", frozenset()) | {Level(unit.level).depth}
        return depths

    def _unknown_ancestors(self, id: str | None, known: Mapping[str, object]) -> Iterator[UnitRow]:
        while id is not None and id not in known:
            yield self.units[id]
            id = self.units[id].parent_id


def uncancelled_key_results(objective: EvaluatedObjective) -> list[EvaluatedKeyResult]:
    return [key_result for key_result in objective.key_results if key_result.row.state != "cancelled"]
