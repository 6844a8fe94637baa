"""Findings about goals without an owner."""

from collections.abc import Iterator

from projections.findings.finding import Finding, key_result_finding, objective_finding
from projections.findings.finding_scope import FindingScope


def find_missing_owners(scope: FindingScope) -> Iterator[Finding]:
    """`no_owner`: an objective or a key result has no owner."""
    for objective in scope.objectives.values():
        if objective.row.owner is None:
            yield objective_finding("no_owner", objective.row, f"{scope.label(objective.row)} has no owner.")
    for objective, key_result in scope.key_results:
        if key_result.row.owner is None:
            sentence = f"“{key_result.row.title}”, a key result of “{objective.row.title}”, has no owner."
            yield key_result_finding("no_owner", key_result.row, objective.row, sentence)
