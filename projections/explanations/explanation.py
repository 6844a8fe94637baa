"""Explanations of a key result's and of an objective's numbers: as they stand in the tree, with what is behind them."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from eventsourcing.persistence import Mapper

from okr_events.domain.progress import Progress
from projections.evaluation.goal_graph import Graph
from projections.evaluation.key_results import CycleRules, KeyResultAt, metric_of, periods_of
from projections.evaluation.objectives import ObjectiveAt
from projections.explanations import drivers, health, scores
from projections.explanations.check_in_statements import Statements
from projections.explanations.evidence import RULED, Evidence
from projections.explanations.formula import Formula, stated, united
from projections.explanations.inputs import Grounds
from projections.moment import Moment
from projections.store import lookups
from projections.store.tables import key_results

IN_FORCE = ("cadence", "pace", "bands")
"""The parts of a policy that the numbers rest on."""


def explained(mapper: Mapper[UUID], graph: Graph, thing: KeyResultAt | ObjectiveAt) -> dict[str, Any]:
    """What the numbers of something in a graph rest on; of a sealed cycle those that it ended with, as of then."""
    sealed = graph.rules[thing.row.cycle_id].sealed
    then = _at_the_seal(graph, thing, sealed) if sealed else graph
    told = Explained(mapper, then, graph.moment)
    return told.objective(thing.row.id) if isinstance(thing, ObjectiveAt) else told.key_result(thing.row.id)


def _at_the_seal(graph: Graph, thing: KeyResultAt | ObjectiveAt, sealed: Moment) -> Graph:
    moment = replace(sealed, as_of=f"position:{sealed.position}")
    if isinstance(thing, ObjectiveAt):
        return Graph.of_objectives(graph.connection, moment, [thing.row.id])
    row = lookups.one(graph.connection, key_results, UUID(thing.row.id), moment.position)
    return Graph.of_key_results(graph.connection, moment, [row])


class Explained:
    """The graph below a key result or an objective at a moment, with the events behind its numbers."""

    def __init__(self, mapper: Mapper[UUID], graph: Graph, asked: Moment) -> None:
        """`asked` is the moment itself; where the cycle is sealed the graph is that of when it was sealed."""
        self.graph = graph
        self.asked = asked
        self.evidence = Evidence(graph.connection, mapper, graph)
        self.grounds = Grounds(graph, self.evidence)

    def key_result(self, id: str) -> dict[str, Any]:
        each = self.graph.key_results[id]
        rules, formula, heirs = self._rules(each), self.grounds.of(each), self.grounds.heirs(each)
        said = Statements(self.graph.connection, self.graph.moment, rules, id, upto=self.asked.position)
        return {
            **self._of("key_result", each, rules),
            "metric": orjson.loads(each.row.metric),
            "progress": _progress(each.progress, formula, formula.positions),
            "value": self._value(each, said),
            "health": health.of_key_result(each, rules, self.evidence, said, formula.positions),
            "score": scores.of_key_result(each),
            "confidence": _confidence(each, said),
            "drivers": drivers.of_links(heirs, self.grounds),
            "left_out": drivers.disinherited(each, self.grounds),
        }

    def objective(self, id: str) -> dict[str, Any]:
        objective = self.graph.objectives[id]
        rules, formula = self._rules(objective), self.grounds.of_objective(objective)
        driven = stated(objective.driver, self.grounds.driven_at(objective), asked=objective.row.progress_driver)
        return {
            **self._of("objective", objective, rules),
            "progress": _progress(objective.progress, formula, united(formula.positions, driven["positions"])),
            "health": health.of_objective(objective, rules, self.evidence, self._part),
            "score": scores.of_objective(objective, self.evidence),
            "confidence": None,
            "progress_driver": driven,
            "drivers": drivers.of_objective(objective, self.grounds),
            "left_out": drivers.left_out(objective, self.grounds),
        }

    def _of(self, type: str, thing: KeyResultAt | ObjectiveAt, rules: CycleRules) -> dict[str, Any]:
        subject = {"type": type, "id": thing.row.id, "title": thing.row.title, "cycle_id": rules.row.id}
        parts = {name: rules.policy[name] for name in IN_FORCE}
        policy = {**parts, "positions": self.evidence.newest(rules.row.id, *RULED)}
        sealed = self.graph.moment.as_dict() if self.graph.moment != self.asked else None
        return {**self.asked.as_dict(), "sealed": sealed, "subject": subject, "policy": policy}

    def _rules(self, thing: KeyResultAt | ObjectiveAt) -> CycleRules:
        return self.graph.rules[thing.row.cycle_id]

    def _part(self, each: KeyResultAt | ObjectiveAt) -> dict[str, Any]:
        """Of a key result the rule that decided its health with what is behind it; of a child where that is explained."""
        type = "objective" if isinstance(each, ObjectiveAt) else "key_result"
        told = {"type": type, "id": each.row.id, "health": each.health.effective if each.health else None}
        told["href"] = drivers.address(type, each.row.id, self.graph.moment)
        if isinstance(each, ObjectiveAt):
            return {**told, "rule": None, "positions": []}
        rules = self._rules(each)
        said = Statements(self.graph.connection, self.graph.moment, rules, each.row.id, upto=self.asked.position)
        explained_health = health.of_key_result(each, rules, self.evidence, said, self.grounds.of(each).positions)
        return {**told, "rule": explained_health["rule"], "positions": explained_health["positions"]}

    def _value(self, each: KeyResultAt, said: Statements) -> dict[str, Any]:
        """What is in force, the check-in that says it, and those that do not count."""
        standing, inherited = each.standing, bool(self.grounds.heirs(each))
        check_in = said.at("value_at", standing["value_at"])
        deciding = set[str]() if inherited else self._deciding(each, check_in)
        return {
            "value": standing["value"],
            "milestones": orjson.loads(standing["milestones"] or "null"),
            "measured_on": standing["value_on"],
            "counts": not inherited,
            "check_in": check_in,
            "uncounted": said.uncounted(deciding, lambda row: self._why(each, row)),
        }

    def _why(self, each: KeyResultAt, row: Any) -> str:
        """Why a check-in that is in force is not the one that decides."""
        if self.grounds.heirs(each):
            return "inherited"
        if metric_of(each.row.metric).periodic:
            day, spans = date.fromisoformat(row.measured_on), periods_of(each, self._rules(each), self.graph.moment)
            return "superseded" if any(before < day <= due for before, due in spans) else "no_period"
        lender = self.evidence.lender(each.row.id)
        return "baseline" if lender and lender.id == row.id else "superseded"

    def _deciding(self, each: KeyResultAt, check_in: dict[str, Any] | None) -> set[str]:
        if metric_of(each.row.metric).periodic:
            periods = self.grounds.of(each).inputs["met"]["periods"]
            return {period["check_in_id"] for period in periods}
        return {check_in["id"]} if check_in else set()


def _progress(progress: Progress | None, formula: Formula, positions: list[int]) -> dict[str, Any]:
    """The tree's number, null in all its parts where the rules give none, with its formula."""
    nothing: dict[str, Any] = {"value": None, "raw": None, "flags": [], "drivers": 0, "not_started": 0}
    return {**nothing, **(progress.as_dict() if progress else {}), **formula.as_dict(), "positions": positions}


def _confidence(each: KeyResultAt, said: Statements) -> dict[str, Any]:
    standing = each.standing
    check_in = said.at("confidence_at", standing["confidence_at"])
    places = said.places("confidence_at", check_in)
    return stated(standing["confidence"], places, measured_on=standing["confidence_on"], check_in=check_in)
