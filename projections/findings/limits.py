"""Findings about counts: the limits of a cycle's policy, and units whose objectives are all must-do."""

from collections.abc import Iterator

from okr_events.domain.values import focus
from projections.evaluation.objectives import EvaluatedObjective
from projections.findings.finding import Finding, objective_finding, unit_finding
from projections.findings.finding_scope import FindingScope, uncancelled_key_results
from projections.store.tables import KeyResultRow
from projections.text.phrases import pluralize


def find_key_result_count_violations(scope: FindingScope) -> Iterator[Finding]:
    """`no_key_results`, unless links drive its progress; `too_few_key_results`; `too_many_key_results`."""
    for objective in scope.objectives.values():
        limits = scope.policy(objective.row)["limits"]["key_results_per_objective"]
        count = len(uncancelled_key_results(objective))
        counted = pluralize(count, "key result")
        if count == 0 and objective.row.progress_driver != "alignments":
            yield _count_finding("no_key_results", scope, objective, "no key results")
        elif 0 < count < limits["min"]:
            yield _count_finding("too_few_key_results", scope, objective, f"{counted}, fewer than {limits['min']}")
        elif count > limits["max"]:
            yield _count_finding("too_many_key_results", scope, objective, f"{counted}, more than {limits['max']}")


def find_too_many_objectives(scope: FindingScope) -> Iterator[Finding]:
    """`too_many_objectives`: a unit has more objectives in a cycle than the policy allows."""
    for (unit_id, cycle_id), objectives in scope.by_unit_and_cycle.items():
        cycle, unit = scope.rules[cycle_id], scope.units[unit_id]
        limit = cycle.policy["limits"]["objectives_per_unit"]["max"]
        if len(objectives) > limit:
            sentence = f"{unit.name} has {len(objectives)} objectives in {cycle.row.name}, more than {limit}."
            yield unit_finding("too_many_objectives", unit, cycle_id, sentence, (each.row.created for each in objectives))


def find_everything_important(scope: FindingScope) -> Iterator[Finding]:
    """`everything_important`: a unit has two or more objectives in a cycle, and all are must-do."""
    for (unit_id, cycle_id), objectives in scope.by_unit_and_cycle.items():
        if len(objectives) > 1 and all(_is_must_do(objective) for objective in objectives):
            unit = scope.units[unit_id]
            sentence = f"All {len(objectives)} objectives of {unit.name} in {scope.rules[cycle_id].row.name} are must-do."
            rows = [objective.row for objective in objectives]
            evidence = (position for row in rows for position in (row.created, row.prioritised_at))
            yield unit_finding("everything_important", unit, cycle_id, sentence, evidence)


def _is_must_do(objective: EvaluatedObjective) -> bool:
    return focus(urgent=bool(objective.row.urgent), important=bool(objective.row.important)) == "must_do"


def _count_finding(code: str, scope: FindingScope, objective: EvaluatedObjective, count: str) -> Finding:
    row = objective.row
    evidence = (_count_changed_at(key_result.row) for key_result in objective.key_results)
    return objective_finding(code, row, f"{scope.label(row)} has {count}.", evidence)


def _count_changed_at(key_result: KeyResultRow) -> int:
    """The position at which a key result began to count, or at which its cancellation ended that."""
    return key_result.from_position if key_result.state == "cancelled" else key_result.created
