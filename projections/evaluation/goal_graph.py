"""The alignment graph at a moment: objectives, key results and links with their progress and health."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import Column, Connection, select

from okr_events.row_types import RowTable
from projections.evaluation.cadences import Cadences
from projections.evaluation.key_results import CycleRules, EvaluatedKeyResult, compute_health, evaluate_key_results
from projections.evaluation.objectives import ChildLinks, EvaluatedObjective, inherit_progress, iterate_bottom_up
from projections.moment import Moment
from projections.store.batching import MAX_BATCHES, batches
from projections.store.link_conditions import IS_CONTRIBUTION
from projections.store.lookups import Condition, R, fetch_rows_at, fetch_rows_in
from projections.store.tables import (
    AlignmentRow,
    ContributorRow,
    CycleRow,
    InitiativeRow,
    KeyResultRow,
    ObjectiveRow,
    alignments,
    key_results,
    objectives,
    valid_at,
)


@dataclass(frozen=True, slots=True)
class SealedResults:
    """Objectives and key results with the numbers that they had when their cycles were sealed.

    All graphs behind one answer share it and fill it from the earliest seal on, so that each sealed cycle is read once.
    """

    objectives: dict[str, EvaluatedObjective] = field(default_factory=dict)
    key_results: dict[str, EvaluatedKeyResult] = field(default_factory=dict)

    def add_cycle(self, graph: "GoalGraph", cycle_id: str) -> None:
        """Add the goals of a cycle from a graph at its seal."""
        self.objectives.update((id, goal) for id, goal in graph.objectives.items() if goal.row.cycle_id == cycle_id)
        self.key_results.update((id, goal) for id, goal in graph.key_results.items() if goal.row.cycle_id == cycle_id)


class GoalGraph:
    """Some objectives and all that contributes to them, evaluated at one moment.

    `links` are the contributing ones by id; `heirs` are the objectives that inherit a key result, by its id. With `judged_on`
    health is judged as in a retrospective: on that day at the latest, without scores and closing.
    """

    def __init__(
        self, connection: Connection, moment: Moment, sealed: SealedResults | None = None, judged_on: date | None = None
    ) -> None:
        self.sealed_results = sealed or SealedResults()
        self.connection = connection
        self.moment = moment
        self.objectives: dict[str, EvaluatedObjective] = {}
        self.key_results: dict[str, EvaluatedKeyResult] = {}
        self.heirs: dict[str, ChildLinks] = {}
        self.links: dict[str, AlignmentRow] = {}
        self.in_retrospect = judged_on is not None
        self.rules = {row.id: CycleRules(row, moment, judged_on) for row in self._rows(CycleRow)}
        self.cadences = Cadences.load(connection, moment.position)

    @classmethod
    def for_cycle(
        cls, connection: Connection, moment: Moment, cycle_id: str | None, judged_on: date | None = None
    ) -> "GoalGraph":
        """All objectives of a cycle, or of every cycle."""
        graph = cls(connection, moment, judged_on=judged_on)
        graph._add_objectives(graph._rows(ObjectiveRow, *_cycle_condition(objectives, cycle_id)))
        graph._add_key_results(graph._rows(KeyResultRow, *_cycle_condition(key_results, cycle_id)))
        links: list[AlignmentRow] = []
        for table in (objectives, key_results):
            parents = select(table.c.id).where(valid_at(table, moment.position), *_cycle_condition(table, cycle_id))
            links += graph._rows(AlignmentRow, alignments.c.parent_id.in_(parents), IS_CONTRIBUTION)
        return graph._complete(links)

    @classmethod
    def for_units(
        cls,
        connection: Connection,
        moment: Moment,
        unit_ids: Collection[str],
        cycle_id: str | None,
        judged_on: date | None = None,
    ) -> "GoalGraph":
        """The objectives of some units, in a cycle or in all; other units cost nothing."""
        ids: list[str] = []
        for batch in batches(unit_ids):
            query = select(objectives.c.id).where(valid_at(objectives, moment.position), objectives.c.unit_id.in_(batch))
            ids += connection.scalars(query.where(*_cycle_condition(objectives, cycle_id)))
        graph = cls(connection, moment, judged_on=judged_on)
        return graph._complete(graph._load_objectives(ids))

    @classmethod
    def for_objectives(
        cls, connection: Connection, moment: Moment, ids: Collection[str], sealed: SealedResults | None = None
    ) -> "GoalGraph":
        graph = cls(connection, moment, sealed)
        return graph._complete(graph._load_objectives(ids))

    @classmethod
    def for_key_results(
        cls, connection: Connection, moment: Moment, rows: Collection[KeyResultRow], sealed: SealedResults | None = None
    ) -> "GoalGraph":
        """Some key results and all that contributes to them, without the objectives above them."""
        graph = cls(connection, moment, sealed)
        above = graph._rows_in(ObjectiveRow, objectives.c.id, {row.objective_id for row in rows})
        parents = {row.id: graph._build_objective(row) for row in above}
        for row in rows:
            graph._add_key_result(row, parents[row.objective_id])
        return graph._complete(graph._links_to(graph.key_results))

    def _complete(self, links: Iterable[AlignmentRow]) -> "GoalGraph":
        """Follow the links down until no child is missing, then evaluate from the leaves up."""
        found = list(links)
        while found:
            self.links |= {link.id: link for link in found}
            found = self._load_objectives({link.child_id for link in found} - self.objectives.keys())
        for link in sorted(self.links.values(), key=lambda link: link.created):
            explicit = link.kind == "explicit"
            links_below = self.heirs.setdefault(link.parent_id, []) if explicit else self.objectives[link.parent_id].children
            links_below.append((link, self.objectives[link.child_id]))
        self._attach_related_rows()
        self._evaluate(self._load_sealed_results())
        return self

    def _evaluate(self, sealed: SealedResults) -> None:
        evaluate_key_results(self.connection, self.moment, self.rules, list(self.key_results.values()), sealed.key_results)
        for id in sealed.key_results.keys() & self.key_results.keys():
            self.key_results[id].freeze_at_seal(sealed.key_results[id])
        for objective in iterate_bottom_up(self.objectives, self.heirs):
            if objective.row.id in sealed.objectives:
                objective.freeze_at_seal(sealed.objectives[objective.row.id])
            else:
                self._apply_inheritance(objective.key_results)
                objective.evaluate(in_retrospect=self.in_retrospect)
        self._apply_inheritance([part for part in self._parentless_key_results() if part.row.id not in sealed.key_results])

    def _parentless_key_results(self) -> Iterator[EvaluatedKeyResult]:
        """The key results whose objectives are not in the graph."""
        return (part for part in self.key_results.values() if part.row.objective_id not in self.objectives)

    def _load_sealed_results(self) -> SealedResults:
        """Add the goals of sealed cycles as they stood at the seal."""
        sealed = [(rules.seal_moment, id) for id, rules in self.rules.items() if rules.seal_moment]
        for moment, id in sorted(sealed, key=lambda seal: seal[0].position):
            for graph in self._graphs_at_seal(id, moment):
                self.sealed_results.add_cycle(graph, id)
        return self.sealed_results

    def _graphs_at_seal(self, cycle_id: str, moment: Moment) -> Iterator["GoalGraph"]:
        ids = [goal.row.id for goal in self.objectives.values() if goal.row.cycle_id == cycle_id]
        if new := [id for id in ids if id not in self.sealed_results.objectives]:
            yield GoalGraph.for_objectives(self.connection, moment, new, self.sealed_results)
        ids = [part.row.id for part in self._parentless_key_results() if part.row.cycle_id == cycle_id]
        if new := [id for id in ids if id not in self.sealed_results.key_results]:
            rows = fetch_rows_in(self.connection, KeyResultRow, moment.position, key_results.c.id, new)
            yield GoalGraph.for_key_results(self.connection, moment, rows, self.sealed_results)

    def _apply_inheritance(self, parts: Collection[EvaluatedKeyResult]) -> None:
        for part in inherit_progress(parts, self.heirs):
            part.health = compute_health(part, self.rules[part.row.cycle_id])

    def _load_objectives(self, ids: Collection[str]) -> list[AlignmentRow]:
        """Add objectives with their key results, and return the links to both."""
        links: list[AlignmentRow] = []
        for batch in batches(ids):
            self._add_objectives(self._rows(ObjectiveRow, objectives.c.id.in_(batch)))
            parts = self._rows(KeyResultRow, key_results.c.objective_id.in_(batch))
            self._add_key_results(parts)
            links += self._links_to([*batch, *(part.id for part in parts)])
        return links

    def _links_to(self, parent_ids: Collection[str]) -> list[AlignmentRow]:
        return self._rows_in(AlignmentRow, alignments.c.parent_id, parent_ids, IS_CONTRIBUTION)

    def _add_objectives(self, rows: Iterable[ObjectiveRow]) -> None:
        self.objectives |= {row.id: self._build_objective(row) for row in rows}

    def _build_objective(self, row: ObjectiveRow) -> EvaluatedObjective:
        return EvaluatedObjective(row, closed=self.rules[row.cycle_id].closed or row.state == "closed")

    def _add_key_results(self, rows: Iterable[KeyResultRow]) -> None:
        for row in rows:
            self._add_key_result(row, self.objectives[row.objective_id])

    def _add_key_result(self, row: KeyResultRow, objective: EvaluatedObjective) -> None:
        rules, unit_id = self.rules[row.cycle_id], objective.row.unit_id
        live, due = row.state == "open" and objective.live, rules.due_days(self.cadences.effective_parts(unit_id, row.cadence))
        key_result = EvaluatedKeyResult(row, live, Decimal(row.weight), due, unit_id, closed=objective.closed)
        self.key_results[row.id] = key_result
        objective.key_results.append(key_result)

    def _attach_related_rows(self) -> None:
        """Set the contributors and initiatives of key results, and the ids of those that carry them over."""
        parts = self.key_results
        for contributor in self._related_rows(ContributorRow, ContributorRow.table.c.key_result_id, parts):
            if contributor.state == "active":
                parts[contributor.key_result_id].contributors.append(contributor)
        for initiative in self._related_rows(InitiativeRow, InitiativeRow.table.c.key_result_id, parts):
            parts[initiative.key_result_id].initiatives.append(initiative)
        for row in self._related_rows(KeyResultRow, key_results.c.origin, parts, key_results.c.origin.is_not(None)):
            if row.origin:
                parts[row.origin].carried_over_to.append(row.id)

    def side_links(self) -> list[AlignmentRow]:
        """The links from these objectives that count in no roll-up."""
        return self._related_rows(AlignmentRow, alignments.c.child_id, self.objectives, ~IS_CONTRIBUTION)

    def _related_rows(self, row_type: type[R], column: Column[str], ids: Collection[str], *chosen: Condition) -> list[R]:
        """The rows whose column holds one of the ids; for very many ids, one query reads all rows."""
        if len(batches(ids)) <= MAX_BATCHES:
            return self._rows_in(row_type, column, ids, *chosen)
        return [row for row in self._rows(row_type, *chosen) if getattr(row, column.name) in ids]

    def _rows_in(self, row_type: type[R], column: Column[str], ids: Collection[str], *chosen: Condition) -> list[R]:
        return fetch_rows_in(self.connection, row_type, self.moment.position, column, ids, *chosen)

    def _rows(self, row_type: type[R], *chosen: Condition) -> list[R]:
        return fetch_rows_at(self.connection, row_type, self.moment.position, *chosen)


def _cycle_condition(table: RowTable, cycle_id: str | None) -> list[Condition]:
    return [table.c.cycle_id == cycle_id] if cycle_id else []
