"""Explains the numbers of a key result or an objective: the same numbers as in the tree, with the inputs behind them."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import orjson
from eventsourcing.persistence import Mapper

from okr_events.domain.progress import Progress
from okr_events.json_types import JsonObject
from projections.evaluation.goal_graph import GoalGraph
from projections.evaluation.key_results import CycleRules, EvaluatedKeyResult, evaluation_periods, parse_metric
from projections.evaluation.objectives import EvaluatedObjective
from projections.explanations import drivers, health, scores
from projections.explanations.check_in_statements import CheckInStatements
from projections.explanations.evidence import POLICY_EVENTS, Evidence, Goal
from projections.explanations.formula import Formula, build_input, merge_positions
from projections.explanations.formula_builder import FormulaBuilder
from projections.moment import Moment
from projections.store import lookups
from projections.store.tables import CheckInRow, KeyResultRow

POLICY_PARTS = ("cadence", "pace", "bands")
"""The parts of a policy that numbers depend on."""


def build_explanation(mapper: Mapper[UUID], graph: GoalGraph, goal: Goal) -> JsonObject:
    """The explanation of a goal of the graph; in a sealed cycle, of its final numbers as of the sealing."""
    sealed = graph.rules[goal.row.cycle_id].seal_moment
    explainer = Explainer(mapper, _graph_at_seal(graph, goal, sealed) if sealed else graph, graph.moment)
    if isinstance(goal, EvaluatedObjective):
        return explainer.explain_objective(goal.row.id)
    return explainer.explain_key_result(goal.row.id)


def _graph_at_seal(graph: GoalGraph, goal: Goal, sealed: Moment) -> GoalGraph:
    moment = replace(sealed, as_of=f"position:{sealed.position}")
    if isinstance(goal, EvaluatedObjective):
        return GoalGraph.for_objectives(graph.connection, moment, [goal.row.id])
    row = lookups.fetch_row(graph.connection, KeyResultRow, UUID(goal.row.id), moment.position)
    return GoalGraph.for_key_results(graph.connection, moment, [row])


class Explainer:
    """The graph below a goal and the events behind its numbers.

    The graph of a sealed cycle stands at the sealing, earlier than `requested_moment`.
    """

    def __init__(self, mapper: Mapper[UUID], graph: GoalGraph, requested_moment: Moment) -> None:
        self.graph = graph
        self.requested_moment = requested_moment
        self.evidence = Evidence(graph.connection, mapper, graph)
        self.builder = FormulaBuilder(graph, self.evidence)

    def explain_key_result(self, id: str) -> JsonObject:
        key_result = self.graph.key_results[id]
        rules, formula = self.graph.rules[key_result.row.cycle_id], self.builder.key_result_formula(key_result)
        statements = self._statements(key_result, rules)
        return {
            **self._serialize_context("key_result", key_result, rules),
            "metric": orjson.loads(key_result.row.metric),
            "progress": _serialize_progress(key_result.progress, formula, formula.positions),
            "value": self._serialize_value(key_result, statements),
            "health": health.explain_key_result(key_result, rules, self.evidence, statements, formula.positions),
            "score": scores.explain_key_result(key_result.row),
            "confidence": statements.serialize_in_force(key_result.standing, "confidence"),
            "drivers": drivers.serialize_links(self.builder.live_heirs(key_result), self.builder),
            "left_out": drivers.serialize_excluded_heirs(key_result, self.builder),
        }

    def explain_objective(self, id: str) -> JsonObject:
        objective = self.graph.objectives[id]
        rules, formula = self.graph.rules[objective.row.cycle_id], self.builder.objective_formula(objective)
        requested = objective.row.progress_driver
        driver = build_input(objective.driver, self.builder.driver_positions(objective), asked=requested)
        positions = merge_positions(formula.positions, driver["positions"])
        return {
            **self._serialize_context("objective", objective, rules),
            "progress": _serialize_progress(objective.progress, formula, positions),
            "health": health.explain_objective(objective, rules, self.evidence, self._serialize_health_part),
            "score": scores.explain_objective(objective, self.evidence),
            "confidence": None,
            "progress_driver": driver,
            "drivers": drivers.serialize_drivers(objective, self.builder),
            "left_out": drivers.serialize_excluded_drivers(objective, self.builder),
        }

    def _statements(self, key_result: EvaluatedKeyResult, rules: CycleRules) -> CheckInStatements:
        connection, moment = self.graph.connection, self.graph.moment
        return CheckInStatements(connection, moment, rules, key_result.row.id, upto=self.requested_moment.position)

    def _serialize_context(self, type: str, goal: Goal, rules: CycleRules) -> JsonObject:
        parts = {name: rules.policy[name] for name in POLICY_PARTS}
        return {
            **self.requested_moment.as_dict(),
            "sealed": self.graph.moment.as_dict() if self.graph.moment != self.requested_moment else None,
            "subject": {"type": type, "id": goal.row.id, "title": goal.row.title, "cycle_id": rules.row.id},
            "policy": {**parts, "positions": self.evidence.newest_positions(rules.row.id, *POLICY_EVENTS)},
        }

    def _serialize_health_part(self, goal: Goal) -> JsonObject:
        """A goal whose health counts, for a key result with the deciding rule and the events behind it."""
        type = "objective" if isinstance(goal, EvaluatedObjective) else "key_result"
        part = {"type": type, "id": goal.row.id, "health": goal.health.effective if goal.health else None}
        part["href"] = drivers.explanation_url(type, goal.row.id, self.graph.moment)
        if isinstance(goal, EvaluatedObjective):
            return {**part, "rule": None, "positions": []}
        rules, positions = self.graph.rules[goal.row.cycle_id], self.builder.key_result_formula(goal).positions
        explained = health.explain_key_result(goal, rules, self.evidence, self._statements(goal, rules), positions)
        return {**part, "rule": explained["rule"], "positions": explained["positions"]}

    def _serialize_value(self, key_result: EvaluatedKeyResult, statements: CheckInStatements) -> JsonObject:
        """The value in force with its check-in, and the check-ins that do not count."""
        standing, inherited = key_result.standing, bool(self.builder.live_heirs(key_result))
        check_in = statements.find_by_position("value_at", standing.value_at)
        deciding_ids = set[str]() if inherited else self._deciding_ids(key_result, check_in)
        return {
            "value": standing.value,
            "milestones": orjson.loads(standing.milestones or "null"),
            "measured_on": standing.value_on,
            "counts": not inherited,
            "check_in": check_in,
            "uncounted": statements.serialize_uncounted(deciding_ids, lambda row: self._exclusion_reason(key_result, row)),
        }

    def _exclusion_reason(self, key_result: EvaluatedKeyResult, row: CheckInRow) -> str:
        """Why a check-in in force does not decide the value."""
        if self.builder.live_heirs(key_result):
            return "inherited"
        if parse_metric(key_result.row.metric).periodic:
            periods = evaluation_periods(key_result, self.graph.rules[key_result.row.cycle_id], self.graph.moment)
            day = date.fromisoformat(row.measured_on)
            return "superseded" if any(before < day <= due for before, due in periods) else "no_period"
        source = self.evidence.baseline_check_in(key_result.row.id)
        return "baseline" if source and source.id == row.id else "superseded"

    def _deciding_ids(self, key_result: EvaluatedKeyResult, check_in: JsonObject | None) -> set[str]:
        """The ids of the check-ins that decide the value, or the periods of a periodic metric."""
        if parse_metric(key_result.row.metric).periodic:
            periods = self.builder.key_result_formula(key_result).inputs["met"]["periods"]
            return {period["check_in_id"] for period in periods}
        return {check_in["id"]} if check_in else set()


def _serialize_progress(progress: Progress | None, formula: Formula, positions: list[int]) -> JsonObject:
    """The progress with its formula; null in all its parts where the rules give no number."""
    empty: JsonObject = {"value": None, "raw": None, "flags": [], "drivers": 0, "not_started": 0}
    return {**empty, **(progress.as_dict() if progress else {}), **formula.as_dict(), "positions": positions}
