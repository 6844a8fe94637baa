"""The alignment graph at a moment: objectives, key results and links with their progress and health."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, select

from projections.evaluation.cadences import Cadences
from projections.evaluation.graph_queries import (
    ALL_GOALS,
    ALL_LINKS,
    ALL_RELATED,
    CYCLES,
    GOALS_BY_ID,
    GOALS_OF_CYCLE,
    LINKS_OF_CYCLE,
    LINKS_TO,
    MAX_NAMED,
    RELATED,
    UNITS_WITH_CADENCES,
    Goals,
)
from projections.evaluation.key_results import CycleRules, EvaluatedKeyResult, compute_health, evaluate_key_results
from projections.evaluation.objectives import ChildLinks, EvaluatedObjective, inherit_progress, iterate_bottom_up
from projections.moment import Moment
from projections.store.batching import batches
from projections.store.combined_query import CombinedRows, Part, fetch_combined
from projections.store.lookups import fetch_rows_in
from projections.store.standings import fetch_standings_in_force
from projections.store.tables import (
    AlignmentRow,
    KeyResultRow,
    ObjectiveRow,
    StandingRow,
    VersionedRow,
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
        rows = fetch_combined(connection, moment.position, CYCLES, UNITS_WITH_CADENCES)
        self.rules = {row.id: CycleRules(row, moment, judged_on) for row in rows.of(CYCLES)}
        self.cadences = Cadences(rows.of(UNITS_WITH_CADENCES))
        self.side_links: list[AlignmentRow] = []

    @classmethod
    def for_cycle(
        cls, connection: Connection, moment: Moment, cycle_id: str | None, judged_on: date | None = None
    ) -> "GoalGraph":
        """All objectives of a cycle, or of every cycle."""
        graph = cls(connection, moment, judged_on=judged_on)
        goals, links = (GOALS_OF_CYCLE, LINKS_OF_CYCLE) if cycle_id else (ALL_GOALS, ALL_LINKS)
        graph._add_goals(goals, cycle=cycle_id or "")
        return graph._complete(graph._fetch(links, cycle=cycle_id or "").of(links))

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
            ids += connection.scalars(query.where(objectives.c.cycle_id == cycle_id) if cycle_id else query)
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
        above = fetch_rows_in(connection, ObjectiveRow, moment.position, objectives.c.id, {row.objective_id for row in rows})
        parents = {row.id: graph._build_objective(row) for row in above}
        for row in rows:
            graph._add_key_result(row, parents[row.objective_id])
        return graph._complete(graph._links_to(list(graph.key_results)))

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
        standing_rows = self._attach_related_rows()
        self._evaluate(self._load_sealed_results(), standing_rows)
        return self

    def _evaluate(self, sealed: SealedResults, standing_rows: list[StandingRow]) -> None:
        parts, at = list(self.key_results.values()), fetch_standings_in_force(self.connection, self.moment, standing_rows)
        evaluate_key_results(self.connection, self.moment, self.rules, parts, at, sealed.key_results)
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
            parts = self._add_goals(GOALS_BY_ID, ids=batch)
            links += self._links_to([*batch, *(part.id for part in parts)])
        return links

    def _links_to(self, parent_ids: list[str]) -> list[AlignmentRow]:
        return self._fetch(LINKS_TO, ids=parent_ids).of(LINKS_TO)

    def _add_goals(self, goals: Goals, **values: str | Collection[str]) -> list[KeyResultRow]:
        """Add objectives and key results, and return the rows of the key results."""
        rows = self._fetch(*goals, **values)
        self.objectives |= {row.id: self._build_objective(row) for row in rows.of(goals[0])}
        for row in (found := rows.of(goals[1])):
            self._add_key_result(row, self.objectives[row.objective_id])
        return found

    def _build_objective(self, row: ObjectiveRow) -> EvaluatedObjective:
        return EvaluatedObjective(row, closed=self.rules[row.cycle_id].closed or row.state == "closed")

    def _add_key_result(self, row: KeyResultRow, objective: EvaluatedObjective) -> None:
        rules, unit_id = self.rules[row.cycle_id], objective.row.unit_id
        live, due = row.state == "open" and objective.live, rules.due_days(self.cadences.effective_parts(unit_id, row.cadence))
        key_result = EvaluatedKeyResult(row, live, Decimal(row.weight), due, unit_id, closed=objective.closed)
        self.key_results[row.id] = key_result
        objective.key_results.append(key_result)

    def _attach_related_rows(self) -> list[StandingRow]:
        """Set contributors, initiatives, the ids of those that carry a key result over, and side links; return standings."""
        parts = self.key_results
        related = RELATED if len(parts) + len(self.objectives) <= MAX_NAMED else ALL_RELATED
        cycles = {part.row.cycle_id for part in parts.values()}
        rows = self._fetch(*related, key_results=parts, objectives=self.objectives, cycles=cycles)
        contributors, initiatives, carried_over, links, standing_rows = related
        for contributor in rows.of(contributors):
            if contributor.state == "active" and contributor.key_result_id in parts:
                parts[contributor.key_result_id].contributors.append(contributor)
        for initiative in rows.of(initiatives):
            if initiative.key_result_id in parts:
                parts[initiative.key_result_id].initiatives.append(initiative)
        for row in rows.of(carried_over):
            if row.origin in parts:
                parts[row.origin].carried_over_to.append(row.id)
        self.side_links = [link for link in rows.of(links) if link.child_id in self.objectives]
        return [row for row in rows.of(standing_rows) if row.id in parts]

    def _fetch(self, *parts: Part[VersionedRow], **values: str | Collection[str]) -> CombinedRows:
        return fetch_combined(self.connection, self.moment.position, *parts, **values)
