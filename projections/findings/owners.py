"""What nobody owns."""

from collections.abc import Iterator

from projections.findings.finding import Finding, key_result_finding, objective_finding
from projections.findings.finding_scope import FindingScope


def find_missing_owners(scene: FindingScope) -> Iterator[Finding]:
    """`no_owner`: an objective or a key result without one."""
    for objective in scene.objectives.values():
        if objective.row.owner is None:
            sentence = f"Nobody owns “{objective.row.title}” of {scene.unit_of(objective.row).name}."
            yield objective_finding("no_owner", objective.row, sentence)
    for objective, part in scene.key_results:
        if part.row.owner is None:
            sentence = f"Nobody owns “{part.row.title}”, a key result of “{objective.row.title}”."
            yield key_result_finding("no_owner", part.row, objective.row, sentence)
