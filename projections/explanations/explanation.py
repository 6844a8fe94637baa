"""Explanations of a key result's and of an objective's numbers: as they stand in the tree, with what is behind them."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from eventsourcing.persistence import Mapper

from okr_events.domain.progress import Progress
from projections.evaluation.goal_graph import GoalGraph
from projections.evaluation.key_results import CycleRules, EvaluatedKeyResult, evaluation_periods, parse_metric
from projections.evaluation.objectives import EvaluatedObjective
from projections.explanations import drivers, health, scores
from projections.explanations.check_in_statements import CheckInStatements
from projections.explanations.evidence import POLICY_EVENTS, Evidence
from projections.explanations.formula import Formula, build_input, merge_positions
from projections.explanations.inputs import FormulaBuilder
from projections.moment import Moment
from projections.store import lookups
from projections.store.tables import KeyResultRow

POLICY_PARTS = ("cadence", "pace", "bands")
"""The parts of a policy that the numbers rest on."""


def build_explanation(mapper: Mapper[UUID], graph: GoalGraph, thing: EvaluatedKeyResult | EvaluatedObjective) -> dict[str, Any]:
    """What the numbers of something in a graph rest on; of a sealed cycle those that it ended with, as of then."""
    sealed = graph.rules[thing.row.cycle_id].seal_moment
    then = _graph_at_seal(graph, thing, sealed) if sealed else graph
    told = Explainer(mapper, then, graph.moment)
    return (
        told.explain_objective(thing.row.id) if isinstance(thing, EvaluatedObjective) else told.explain_key_result(thing.row.id)
    )


def _graph_at_seal(graph: GoalGraph, thing: EvaluatedKeyResult | EvaluatedObjective, sealed: Moment) -> GoalGraph:
    moment = replace(sealed, as_of=f"position:{sealed.position}")
    if isinstance(thing, EvaluatedObjective):
        return GoalGraph.for_objectives(graph.connection, moment, [thing.row.id])
    row = lookups.fetch_row(graph.connection, KeyResultRow, UUID(thing.row.id), moment.position)
    return GoalGraph.for_key_results(graph.connection, moment, [row])


class Explainer:
    """The graph below a key result or an objective at a moment, with the events behind its numbers."""

    def __init__(self, mapper: Mapper[UUID], graph: GoalGraph, asked: Moment) -> None:
        """`asked` is the moment itself; where the cycle is sealed the graph is that of when it was sealed."""
        self.graph = graph
        self.requested_moment = asked
        self.evidence = Evidence(graph.connection, mapper, graph)
        self.formula_builder = FormulaBuilder(graph, self.evidence)

    def explain_key_result(self, id: str) -> dict[str, Any]:
        each = self.graph.key_results[id]
        rules, formula, heirs = (
            self._cycle_rules(each),
            self.formula_builder.key_result_formula(each),
            self.formula_builder.live_heirs(each),
        )
        said = CheckInStatements(self.graph.connection, self.graph.moment, rules, id, upto=self.requested_moment.position)
        return {
            **self._serialize_context("key_result", each, rules),
            "metric": orjson.loads(each.row.metric),
            "progress": _serialize_progress(each.progress, formula, formula.positions),
            "value": self._serialize_value(each, said),
            "health": health.explain_key_result(each, rules, self.evidence, said, formula.positions),
            "score": scores.explain_key_result(each),
            "confidence": _serialize_confidence(each, said),
            "drivers": drivers.serialize_links(heirs, self.formula_builder),
            "left_out": drivers.serialize_excluded_heirs(each, self.formula_builder),
        }

    def explain_objective(self, id: str) -> dict[str, Any]:
        objective = self.graph.objectives[id]
        rules, formula = self._cycle_rules(objective), self.formula_builder.objective_formula(objective)
        driven = build_input(
            objective.driver, self.formula_builder.driver_positions(objective), asked=objective.row.progress_driver
        )
        return {
            **self._serialize_context("objective", objective, rules),
            "progress": _serialize_progress(
                objective.progress, formula, merge_positions(formula.positions, driven["positions"])
            ),
            "health": health.explain_objective(objective, rules, self.evidence, self._serialize_health_part),
            "score": scores.explain_objective(objective, self.evidence),
            "confidence": None,
            "progress_driver": driven,
            "drivers": drivers.serialize_drivers(objective, self.formula_builder),
            "left_out": drivers.serialize_excluded_drivers(objective, self.formula_builder),
        }

    def _serialize_context(
        self, type: str, thing: EvaluatedKeyResult | EvaluatedObjective, rules: CycleRules
    ) -> dict[str, Any]:
        subject = {"type": type, "id": thing.row.id, "title": thing.row.title, "cycle_id": rules.row.id}
        parts = {name: rules.policy[name] for name in POLICY_PARTS}
        policy = {**parts, "positions": self.evidence.newest_positions(rules.row.id, *POLICY_EVENTS)}
        sealed = self.graph.moment.as_dict() if self.graph.moment != self.requested_moment else None
        return {**self.requested_moment.as_dict(), "sealed": sealed, "subject": subject, "policy": policy}

    def _cycle_rules(self, thing: EvaluatedKeyResult | EvaluatedObjective) -> CycleRules:
        return self.graph.rules[thing.row.cycle_id]

    def _serialize_health_part(self, each: EvaluatedKeyResult | EvaluatedObjective) -> dict[str, Any]:
        """Of a key result the rule that decided its health with what is behind it; of a child where that is explained."""
        type = "objective" if isinstance(each, EvaluatedObjective) else "key_result"
        told = {"type": type, "id": each.row.id, "health": each.health.effective if each.health else None}
        told["href"] = drivers.explanation_url(type, each.row.id, self.graph.moment)
        if isinstance(each, EvaluatedObjective):
            return {**told, "rule": None, "positions": []}
        rules = self._cycle_rules(each)
        said = CheckInStatements(
            self.graph.connection, self.graph.moment, rules, each.row.id, upto=self.requested_moment.position
        )
        explained_health = health.explain_key_result(
            each, rules, self.evidence, said, self.formula_builder.key_result_formula(each).positions
        )
        return {**told, "rule": explained_health["rule"], "positions": explained_health["positions"]}

    def _serialize_value(self, each: EvaluatedKeyResult, said: CheckInStatements) -> dict[str, Any]:
        """What is in force, the check-in that says it, and those that do not count."""
        standing, inherited = each.standing, bool(self.formula_builder.live_heirs(each))
        check_in = said.find_by_position("value_at", standing["value_at"])
        deciding = set[str]() if inherited else self._deciding_ids(each, check_in)
        return {
            "value": standing["value"],
            "milestones": orjson.loads(standing["milestones"] or "null"),
            "measured_on": standing["value_on"],
            "counts": not inherited,
            "check_in": check_in,
            "uncounted": said.serialize_uncounted(deciding, lambda row: self._exclusion_reason(each, row)),
        }

    def _exclusion_reason(self, each: EvaluatedKeyResult, row: Any) -> str:
        """Why a check-in that is in force is not the one that decides."""
        if self.formula_builder.live_heirs(each):
            return "inherited"
        if parse_metric(each.row.metric).periodic:
            day, spans = (
                date.fromisoformat(row.measured_on),
                evaluation_periods(each, self._cycle_rules(each), self.graph.moment),
            )
            return "superseded" if any(before < day <= due for before, due in spans) else "no_period"
        lender = self.evidence.baseline_check_in(each.row.id)
        return "baseline" if lender and lender.id == row.id else "superseded"

    def _deciding_ids(self, each: EvaluatedKeyResult, check_in: dict[str, Any] | None) -> set[str]:
        if parse_metric(each.row.metric).periodic:
            periods = self.formula_builder.key_result_formula(each).inputs["met"]["periods"]
            return {period["check_in_id"] for period in periods}
        return {check_in["id"]} if check_in else set()


def _serialize_progress(progress: Progress | None, formula: Formula, positions: list[int]) -> dict[str, Any]:
    """The tree's number, null in all its parts where the rules give none, with its formula."""
    nothing: dict[str, Any] = {"value": None, "raw": None, "flags": [], "drivers": 0, "not_started": 0}
    return {**nothing, **(progress.as_dict() if progress else {}), **formula.as_dict(), "positions": positions}


def _serialize_confidence(each: EvaluatedKeyResult, said: CheckInStatements) -> dict[str, Any]:
    standing = each.standing
    check_in = said.find_by_position("confidence_at", standing["confidence_at"])
    places = said.statement_positions("confidence_at", check_in)
    return build_input(standing["confidence"], places, measured_on=standing["confidence_on"], check_in=check_in)
