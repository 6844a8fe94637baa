"""Too few and too many: the cycle's limits, and a unit for which everything is urgent and important."""

from collections.abc import Iterator
from typing import Any

from okr_events.domain.values import focus
from projections.evaluation.objectives import EvaluatedObjective
from projections.findings.finding import Finding, objective_finding, unit_finding
from projections.findings.finding_scope import FindingScope, uncancelled_key_results


def find_key_result_count_violations(scene: FindingScope) -> Iterator[Finding]:
    """`no_key_results`, unless links drive its progress; `too_few_key_results`; `too_many_key_results`."""
    for objective in scene.objectives.values():
        row, count = objective.row, len(uncancelled_key_results(objective))
        limits = scene.policy(row)["limits"]["key_results_per_objective"]
        if count == 0 and row.progress_driver != "alignments":
            yield _count_finding("no_key_results", scene, objective, "has no key results")
        elif 0 < count < limits["min"]:
            yield _count_finding(
                "too_few_key_results", scene, objective, f"has {_format_count(count)}, fewer than {limits['min']}"
            )
        elif count > limits["max"]:
            yield _count_finding(
                "too_many_key_results", scene, objective, f"has {_format_count(count)}, more than {limits['max']}"
            )


def find_too_many_objectives(scene: FindingScope) -> Iterator[Finding]:
    """`too_many_objectives`: more of a unit in a cycle than its policy says."""
    for (unit_id, cycle_id), objectives in scene.by_unit_and_cycle.items():
        cycle, unit = scene.rules[cycle_id], scene.units[unit_id]
        most = cycle.policy["limits"]["objectives_per_unit"]["max"]
        if len(objectives) > most:
            sentence = f"{unit.name} has {len(objectives)} objectives in {cycle.row.name}, more than {most}."
            yield unit_finding("too_many_objectives", unit, cycle_id, sentence, (each.row.created for each in objectives))


def find_everything_important(scene: FindingScope) -> Iterator[Finding]:
    """`everything_important`: a unit has two or more objectives in a cycle, and all are must-do."""
    for (unit_id, cycle_id), objectives in scene.by_unit_and_cycle.items():
        if len(objectives) > 1 and all(_is_must_do(each) for each in objectives):
            unit = scene.units[unit_id]
            sentence = f"All {len(objectives)} objectives of {unit.name} in {scene.rules[cycle_id].row.name} are must-do."
            evidence = (position for each in objectives for position in (each.row.created, each.row.prioritised_at))
            yield unit_finding("everything_important", unit, cycle_id, sentence, evidence)


def _is_must_do(objective: EvaluatedObjective) -> bool:
    return focus(urgent=bool(objective.row.urgent), important=bool(objective.row.important)) == "must_do"


def _count_finding(code: str, scene: FindingScope, objective: EvaluatedObjective, said: str) -> Finding:
    sentence = f"“{objective.row.title}” of {scene.unit_of(objective.row).name} {said}."
    return objective_finding(code, objective.row, sentence, (_count_changed_at(part.row) for part in objective.key_results))


def _count_changed_at(key_result: Any) -> int:
    """Where it came to count, or ceased to."""
    return int(key_result.from_position if key_result.state == "cancelled" else key_result.created)


def _format_count(count: int) -> str:
    return "1 key result" if count == 1 else f"{count} key results"
