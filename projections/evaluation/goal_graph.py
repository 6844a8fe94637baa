"""The alignment graph at a moment: objectives, key results and links with their progress and health."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, select

from okr_events.domain.alignment import CONTRIBUTING_KINDS
from projections.evaluation.cadences import Cadences
from projections.evaluation.key_results import CycleRules, EvaluatedKeyResult, compute_health, evaluate_key_results
from projections.evaluation.objectives import ChildLinks, EvaluatedObjective, inherit_progress, iterate_bottom_up
from projections.moment import Moment
from projections.store.batching import MAX_BATCHES, batches
from projections.store.tables import alignments, contributors, cycles, initiatives, key_results, objectives, valid_at

IS_CONTRIBUTION = alignments.c.kind.in_(CONTRIBUTING_KINDS)


@dataclass(frozen=True, slots=True)
class SealedResults:
    """Objectives and key results with the numbers that their sealed cycles ended with.

    All graphs that one is read from share it, the earliest sealing first, so that each sealed cycle is read once only.
    """

    objectives: dict[str, EvaluatedObjective] = field(default_factory=dict)
    key_results: dict[str, EvaluatedKeyResult] = field(default_factory=dict)

    def add_cycle(self, graph: "GoalGraph", cycle_id: str) -> None:
        """Those of a cycle, from a graph of when it was sealed."""
        self.objectives.update((id, each) for id, each in graph.objectives.items() if each.row.cycle_id == cycle_id)
        self.key_results.update((id, each) for id, each in graph.key_results.items() if each.row.cycle_id == cycle_id)


class GoalGraph:
    """Some objectives and all that contributes to them, evaluated at one moment.

    `links` are those of contribution, by id; `heirs` are the objectives that inherit a key result, by its id.
    """

    def __init__(self, connection: Connection, moment: Moment, ended: SealedResults | None = None) -> None:
        self.sealed_results = ended or SealedResults()
        self.connection = connection
        self.moment = moment
        self.objectives: dict[str, EvaluatedObjective] = {}
        self.key_results: dict[str, EvaluatedKeyResult] = {}
        self.heirs: dict[str, ChildLinks] = {}
        self.links: dict[str, Any] = {}
        self.rules = {row.id: CycleRules(row, moment) for row in self._rows(cycles)}
        self.cadences = Cadences.load(connection, moment.position)

    @classmethod
    def for_cycle(cls, connection: Connection, moment: Moment, cycle_id: str | None) -> "GoalGraph":
        """All objectives of a cycle, or of every cycle."""
        graph = cls(connection, moment)
        graph._add_objectives(graph._rows(objectives, *_cycle_condition(objectives, cycle_id)))
        graph._add_key_results(*_cycle_condition(key_results, cycle_id))
        found: list[Any] = []
        for table in (objectives, key_results):
            theirs = select(table.c.id).where(valid_at(table, moment.position), *_cycle_condition(table, cycle_id))
            found += graph._rows(alignments, alignments.c.parent_id.in_(theirs), IS_CONTRIBUTION)
        return graph._complete(found)

    @classmethod
    def for_units(cls, connection: Connection, moment: Moment, unit_ids: Collection[str], cycle_id: str | None) -> "GoalGraph":
        """The objectives of some units, in a cycle or in every one: what is read does not grow with the other units."""
        ids: list[str] = []
        for some in batches(unit_ids):
            theirs = select(objectives.c.id).where(valid_at(objectives, moment.position), objectives.c.unit_id.in_(some))
            ids += connection.scalars(theirs.where(*_cycle_condition(objectives, cycle_id)))
        return cls.for_objectives(connection, moment, ids)

    @classmethod
    def for_objectives(
        cls, connection: Connection, moment: Moment, ids: Collection[str], ended: SealedResults | None = None
    ) -> "GoalGraph":
        graph = cls(connection, moment, ended)
        return graph._complete(graph._load_objectives(ids))

    @classmethod
    def for_key_results(
        cls, connection: Connection, moment: Moment, rows: Collection[Any], ended: SealedResults | None = None
    ) -> "GoalGraph":
        """Some key results and all that contributes to them, with nothing that stands above them."""
        graph = cls(connection, moment, ended)
        above: dict[str, Any] = {}
        for some in batches({row.objective_id for row in rows}):
            above |= {row.id: row for row in graph._rows(objectives, objectives.c.id.in_(some))}
        for row in rows:
            graph._add_key_result(row, graph._build_objective(above[row.objective_id]))
        return graph._complete(graph._links_to(graph.key_results))

    @classmethod
    def _for_key_result_ids(
        cls, connection: Connection, moment: Moment, ids: Collection[str], ended: SealedResults
    ) -> "GoalGraph":
        graph = cls(connection, moment)
        rows = (graph._rows(key_results, key_results.c.id.in_(some)) for some in batches(ids))
        return cls.for_key_results(connection, moment, [row for some in rows for row in some], ended)

    def _complete(self, links: Iterable[Any]) -> "GoalGraph":
        """Follow the links down until nothing is missing, then evaluate from the leaves up."""
        found = list(links)
        while found:
            self.links |= {link.id: link for link in found}
            found = self._load_objectives({link.child_id for link in found} - self.objectives.keys())
        for link in sorted(self.links.values(), key=lambda link: link.created):
            child = self.objectives[link.child_id]
            above = self.heirs.setdefault(link.parent_id, []) if link.kind == "explicit" else self._children(link.parent_id)
            above.append((link, child))
        self._attach_related_rows()
        ended = self._load_sealed_results()
        evaluate_key_results(self.connection, self.moment, self.rules, list(self.key_results.values()), ended.key_results)
        for id in ended.key_results.keys() & self.key_results.keys():
            self.key_results[id].freeze_at_seal(ended.key_results[id])
        for objective in iterate_bottom_up(self.objectives, self.heirs):
            if objective.row.id in ended.objectives:
                objective.freeze_at_seal(ended.objectives[objective.row.id])
            else:
                self._apply_inheritance(objective.key_results)
                objective.evaluate()
        alone = (each for each in self.key_results.values() if each.row.objective_id not in self.objectives)
        self._apply_inheritance([each for each in alone if each.row.id not in ended.key_results])
        return self

    def _load_sealed_results(self) -> SealedResults:
        """What of it belongs to sealed cycles, as it stood when they were sealed."""
        sealed = [(rules.seal_moment, id) for id, rules in self.rules.items() if rules.seal_moment]
        for moment, id in sorted(sealed, key=lambda each: each[0].position):
            for graph in self._graphs_at_seal(id, moment):
                self.sealed_results.add_cycle(graph, id)
        return self.sealed_results

    def _graphs_at_seal(self, cycle_id: str, moment: Moment) -> Iterator["GoalGraph"]:
        mine = [each.row.id for each in self.objectives.values() if each.row.cycle_id == cycle_id]
        if new := [id for id in mine if id not in self.sealed_results.objectives]:
            yield GoalGraph.for_objectives(self.connection, moment, new, self.sealed_results)
        parts = (each.row for each in self.key_results.values() if each.row.cycle_id == cycle_id)
        alone = [row.id for row in parts if row.objective_id not in self.objectives]
        if new := [id for id in alone if id not in self.sealed_results.key_results]:
            yield GoalGraph._for_key_result_ids(self.connection, moment, new, self.sealed_results)

    def _children(self, id: str) -> ChildLinks:
        return self.objectives[id].children

    def _apply_inheritance(self, judged: Collection[EvaluatedKeyResult]) -> None:
        for each in inherit_progress(judged, self.heirs):
            each.health = compute_health(each, self.rules[each.row.cycle_id], self.moment)

    def _load_objectives(self, ids: Collection[str]) -> list[Any]:
        """Read some objectives with their key results, and give the links to both."""
        links: list[Any] = []
        for some in batches(ids):
            self._add_objectives(self._rows(objectives, objectives.c.id.in_(some)))
            mine = self._add_key_results(key_results.c.objective_id.in_(some))
            links += self._links_to([*some, *mine])
        return links

    def _links_to(self, parents: Collection[str]) -> list[Any]:
        found = (self._rows(alignments, alignments.c.parent_id.in_(some), IS_CONTRIBUTION) for some in batches(parents))
        return [link for links in found for link in links]

    def _add_objectives(self, rows: Iterable[Any]) -> None:
        self.objectives |= {row.id: self._build_objective(row) for row in rows}

    def _build_objective(self, row: Any) -> EvaluatedObjective:
        return EvaluatedObjective(row, closed=self.rules[row.cycle_id].closed or row.state == "closed")

    def _add_key_results(self, *chosen: ColumnElement[bool]) -> list[str]:
        rows = self._rows(key_results, *chosen)
        for row in rows:
            self._add_key_result(row, self.objectives[row.objective_id])
        return [row.id for row in rows]

    def _add_key_result(self, row: Any, objective: EvaluatedObjective) -> None:
        rules, unit_id = self.rules[row.cycle_id], objective.row.unit_id
        live, due = row.state == "open" and objective.live, rules.due_days(self.cadences.effective_parts(unit_id, row.cadence))
        taken = EvaluatedKeyResult(row, live, Decimal(row.weight), due, unit_id, closed=objective.closed)
        self.key_results[row.id] = taken
        objective.key_results.append(taken)

    def _attach_related_rows(self) -> None:
        """Give the key results their contributors and initiatives, and those that carry them on."""
        for row in self._rows_of_key_results(contributors):
            if row.state == "active":
                self.key_results[row.key_result_id].contributors.append(row)
        for row in self._rows_of_key_results(initiatives):
            self.key_results[row.key_result_id].initiatives.append(row)
        for row in self._rows_with_ids(key_results.c.origin, self.key_results, key_results.c.origin.is_not(None)):
            if row.origin in self.key_results:
                self.key_results[row.origin].carried_over_to.append(row.id)

    def _rows_of_key_results(self, table: Table) -> list[Any]:
        return [
            row for row in self._rows_with_ids(table.c.key_result_id, self.key_results) if row.key_result_id in self.key_results
        ]

    def side_links(self) -> list[Any]:
        """The links from these objectives that count in no roll-up."""
        rows = self._rows_with_ids(alignments.c.child_id, self.objectives, ~IS_CONTRIBUTION)
        return [row for row in rows if row.child_id in self.objectives]

    def _rows_with_ids(self, column: Column[Any], ids: Collection[str], *chosen: ColumnElement[bool]) -> list[Any]:
        """The rows of a table about these things; of very many things, all rows there are."""
        some = batches(ids)
        if len(some) > MAX_BATCHES:
            return self._rows(column.table, *chosen)
        return [row for part in some for row in self._rows(column.table, column.in_(part), *chosen)]

    def _rows(self, table: Table, *chosen: ColumnElement[bool]) -> list[Any]:
        query = select(table).where(valid_at(table, self.moment.position), *chosen).order_by(table.c.created)
        return list(self.connection.execute(query).all())


def _cycle_condition(table: Table, cycle_id: str | None) -> list[ColumnElement[bool]]:
    return [table.c.cycle_id == cycle_id] if cycle_id else []
