"""The roadmap: strategic priorities over time, what serves them in each cycle, and the capacity asked of each unit."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Table, select

from okr_events.domain.alignment import LIVE_LINK_STATES
from okr_events.domain.decimals import ZERO, format_decimal
from projections.evaluation.goal_graph import GoalGraph
from projections.evaluation.objectives import EvaluatedObjective
from projections.moment import Moment
from projections.queries import serializers
from projections.store.tables import alignments, objectives, priorities, units, valid_at


class Roadmap:
    """Read once at a moment; `as_dict` tells it."""

    def __init__(self, connection: Connection, moment: Moment) -> None:
        self.connection = connection
        self.moment = moment
        self.priorities = self._rows(priorities)
        self.links = [row for row in self._rows(alignments) if row.state in LIVE_LINK_STATES]
        served = {row.child_id for row in self.links if row.kind == "strategic"}
        self.graph = GoalGraph.for_objectives(connection, moment, served)
        self.live_objectives = {row.id: row for row in self._rows(objectives) if row.state != "cancelled"}
        self.dependencies = [each for each in self.links if each.kind == "horizontal" and self._is_live(each)]
        self.objectives_by_priority = self._group_objectives()
        self.dependencies_by_objective = self._group_dependencies()

    def as_dict(self) -> dict[str, Any]:
        company = next((row for row in self._rows(units) if row.level == "company"), None)
        return {
            **self.moment.as_dict(),
            "vision": company.vision if company else None,
            "mission": company.mission if company else None,
            "priorities": [self._serialize_priority(row) for row in self.priorities],
            "capacity": self._serialize_capacity(),
        }

    def _is_live(self, link: Any) -> bool:
        return link.child_id in self.live_objectives and link.parent_id in self.live_objectives

    def _group_objectives(self) -> dict[str, list[EvaluatedObjective]]:
        """The live objectives that serve each priority."""
        found: dict[str, list[EvaluatedObjective]] = defaultdict(list)
        for link in self.links:
            if link.kind == "strategic" and link.child_id in self.live_objectives:
                found[link.parent_id].append(self.graph.objectives[link.child_id])
        return found

    def _group_dependencies(self) -> dict[str, list[Any]]:
        """The dependencies at either end of each objective."""
        found: dict[str, list[Any]] = defaultdict(list)
        for link in self.dependencies:
            found[link.child_id].append(link)
            found[link.parent_id].append(link)
        return found

    def _serialize_priority(self, row: Any) -> dict[str, Any]:
        by_cycle: dict[str, list[EvaluatedObjective]] = defaultdict(list)
        for objective in self.objectives_by_priority[row.id]:
            by_cycle[objective.row.cycle_id].append(objective)
        told = [self._serialize_cycle(cycle, by_cycle) for cycle in self._sort_cycles(by_cycle)]
        return {**serializers.serialize_priority(row), "cycles": told}

    def _sort_cycles(self, ids: Collection[str]) -> list[Any]:
        rows = (rules.row for id, rules in self.graph.rules.items() if id in ids)
        return sorted(rows, key=lambda row: (row.starts_on, row.ends_on, row.created))

    def _serialize_cycle(self, row: Any, by_cycle: Mapping[str, list[EvaluatedObjective]]) -> dict[str, Any]:
        at_once = Counter(
            each.row.unit_id for id, goals in by_cycle.items() if self._cycles_overlap(id, row.id) for each in goals
        )
        told = [self._serialize_objective(objective, at_once) for objective in by_cycle[row.id]]
        span = {"cycle_id": row.id, "name": row.name, "starts_on": row.starts_on, "ends_on": row.ends_on}
        return {**span, "objectives": told}

    def _serialize_objective(self, objective: EvaluatedObjective, at_once: Counter[str]) -> dict[str, Any]:
        """`at_once` counts the objectives of each unit that serve the same priority at the same time."""
        whole, row = serializers.serialize_objective(objective), objective.row
        names = ("id", "title", "unit_id", "owner", "focus", "state", "progress", "health", "score")
        return {
            **{name: whole[name] for name in names},
            "dependencies": [serializers.serialize_link(link) for link in self.dependencies_by_objective[row.id]],
            "overlaps": at_once.total() - at_once[row.unit_id],
        }

    def _cycles_overlap(self, one: str, other: str) -> bool:
        first, second = self.graph.rules[one], self.graph.rules[other]
        return first.starts_on <= second.ends_on and second.starts_on <= first.ends_on

    def _serialize_capacity(self) -> list[dict[str, Any]]:
        """Person-days asked of each unit in each cycle by live dependencies, and what of it was confirmed."""
        sums: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
        for link in self.dependencies:
            asked_of = self.live_objectives[link.parent_id]
            total = sums[asked_of.unit_id, asked_of.cycle_id]
            total[0] += Decimal(link.capacity or 0)
            total[1] += Decimal(link.agreed_capacity or 0)
        return [
            {"unit_id": unit, "cycle_id": cycle, "asked": format_decimal(asked), "confirmed": format_decimal(confirmed)}
            for (unit, cycle), (asked, confirmed) in sums.items()
        ]

    def _rows(self, table: Table) -> list[Any]:
        return list(
            self.connection.execute(select(table).where(valid_at(table, self.moment.position)).order_by(table.c.created))
        )
