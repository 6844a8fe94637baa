"""The roadmap: strategic priorities over time, what serves them in each cycle, and the capacity requested from each unit."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from decimal import Decimal

from sqlalchemy import Connection

from okr_events.domain.decimals import ZERO, format_decimal
from okr_events.json_types import JsonObject
from projections.evaluation.goal_graph import GoalGraph
from projections.evaluation.objectives import EvaluatedObjective
from projections.moment import Moment
from projections.queries import goal_serializers
from projections.store.link_conditions import IS_LIVE_LINK
from projections.store.lookups import fetch_rows_at
from projections.store.tables import AlignmentRow, CycleRow, ObjectiveRow, PriorityRow, UnitRow, objectives, units


class Roadmap:
    def __init__(self, connection: Connection, moment: Moment) -> None:
        self.moment = moment
        position = moment.position
        self.priorities = fetch_rows_at(connection, PriorityRow, position)
        self.company = next(iter(fetch_rows_at(connection, UnitRow, position, units.c.level == "company")), None)
        self.links = fetch_rows_at(connection, AlignmentRow, position, IS_LIVE_LINK)
        serving_ids = {link.child_id for link in self.links if link.kind == "strategic"}
        self.graph = GoalGraph.for_objectives(connection, moment, serving_ids)
        live = fetch_rows_at(connection, ObjectiveRow, position, objectives.c.state != "cancelled")
        self.live_objectives = {row.id: row for row in live}
        self.dependencies = [link for link in self.links if link.kind == "horizontal" and self._is_live(link)]
        self.objectives_by_priority = self._group_objectives()
        self.dependencies_by_objective = self._group_dependencies()

    def as_dict(self) -> JsonObject:
        return {
            **self.moment.as_dict(),
            "vision": self.company.vision if self.company else None,
            "mission": self.company.mission if self.company else None,
            "priorities": [self._serialize_priority(row) for row in self.priorities],
            "capacity": self._serialize_capacity(),
        }

    def _is_live(self, link: AlignmentRow) -> bool:
        return link.child_id in self.live_objectives and link.parent_id in self.live_objectives

    def _group_objectives(self) -> dict[str, list[EvaluatedObjective]]:
        """The live objectives that serve each priority."""
        groups: dict[str, list[EvaluatedObjective]] = defaultdict(list)
        for link in self.links:
            if link.kind == "strategic" and link.child_id in self.live_objectives:
                groups[link.parent_id].append(self.graph.objectives[link.child_id])
        return groups

    def _group_dependencies(self) -> dict[str, list[AlignmentRow]]:
        """The dependencies at either end of each objective."""
        groups: dict[str, list[AlignmentRow]] = defaultdict(list)
        for link in self.dependencies:
            groups[link.child_id].append(link)
            groups[link.parent_id].append(link)
        return groups

    def _serialize_priority(self, row: PriorityRow) -> JsonObject:
        by_cycle: dict[str, list[EvaluatedObjective]] = defaultdict(list)
        for objective in self.objectives_by_priority[row.id]:
            by_cycle[objective.row.cycle_id].append(objective)
        cycles = [self._serialize_cycle(cycle, by_cycle) for cycle in self._sort_cycles(by_cycle)]
        return {**goal_serializers.serialize_priority(row), "cycles": cycles}

    def _sort_cycles(self, ids: Collection[str]) -> list[CycleRow]:
        rows = (rules.row for id, rules in self.graph.rules.items() if id in ids)
        return sorted(rows, key=lambda row: (row.starts_on, row.ends_on, row.created))

    def _serialize_cycle(self, row: CycleRow, by_cycle: Mapping[str, list[EvaluatedObjective]]) -> JsonObject:
        unit_counts = Counter(
            goal.row.unit_id for id, goals in by_cycle.items() if self._cycles_overlap(id, row.id) for goal in goals
        )
        goals = [self._serialize_objective(objective, unit_counts) for objective in by_cycle[row.id]]
        return {"cycle_id": row.id, **goal_serializers.select_columns(row, "name", "starts_on", "ends_on"), "objectives": goals}

    def _serialize_objective(self, objective: EvaluatedObjective, unit_counts: Counter[str]) -> JsonObject:
        """`unit_counts` are the numbers of objectives, by unit, that serve the same priority at the same time."""
        fields, row = goal_serializers.serialize_objective(objective), objective.row
        names = ("id", "title", "unit_id", "owner", "focus", "state", "progress", "health", "score")
        return {
            **{name: fields[name] for name in names},
            "dependencies": [goal_serializers.serialize_link(link) for link in self.dependencies_by_objective[row.id]],
            "overlaps": unit_counts.total() - unit_counts[row.unit_id],
        }

    def _cycles_overlap(self, one: str, other: str) -> bool:
        first, second = self.graph.rules[one], self.graph.rules[other]
        return first.starts_on <= second.ends_on and second.starts_on <= first.ends_on

    def _serialize_capacity(self) -> list[JsonObject]:
        """The person-days that live dependencies request from each unit in each cycle, and those confirmed."""
        sums: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
        for link in self.dependencies:
            provider = self.live_objectives[link.parent_id]
            total = sums[provider.unit_id, provider.cycle_id]
            total[0] += Decimal(link.capacity or 0)
            total[1] += Decimal(link.agreed_capacity or 0)
        return [
            {"unit_id": unit, "cycle_id": cycle, "asked": format_decimal(requested), "confirmed": format_decimal(confirmed)}
            for (unit, cycle), (requested, confirmed) in sums.items()
        ]
