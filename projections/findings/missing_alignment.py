"""What serves nothing above it, and what nothing below it serves."""

from collections.abc import Container, Iterator
from typing import Any

from projections.evaluation.objectives import EvaluatedObjective
from projections.findings.finding import Finding, objective_finding
from projections.findings.finding_scope import FindingScope, uncancelled_key_results
from projections.findings.link_index import UPWARD_KINDS
from projections.store.links import CONTRIBUTING_KINDS


def find_orphans(scene: FindingScope) -> Iterator[Finding]:
    """`orphan`: below the company, without a live vertical, explicit or strategic link."""
    for id, objective in scene.objectives.items():
        unit = scene.unit_of(objective.row)
        if unit.level == "company" or _has_kind(scene.links.by_child.get(id, ()), UPWARD_KINDS):
            continue
        ended = [scene.end_position(link) for link in scene.links.ended_by_child.get(id, ()) if link.kind in UPWARD_KINDS]
        sentence = f"“{objective.row.title}” of {unit.name} ({unit.level}) serves nothing above it."
        yield objective_finding("orphan", objective.row, sentence, ended)


def find_unsupported(scene: FindingScope) -> Iterator[Finding]:
    """`unsupported`: of the company or a department, without a live vertical child and no key result inherited."""
    for objective in scene.objectives.values():
        unit, down = scene.unit_of(objective.row), scene.links.by_parent
        ends = _link_target_ids(objective)
        if unit.level not in {"company", "department"} or any(_has_kind(down.get(id, ()), CONTRIBUTING_KINDS) for id in ends):
            continue
        below = [link for id in ends for link in scene.links.ended_by_parent.get(id, ()) if link.kind in CONTRIBUTING_KINDS]
        sentence = f"Nothing below serves “{objective.row.title}” of {unit.name} ({unit.level})."
        yield objective_finding("unsupported", objective.row, sentence, map(scene.end_position, below))


def _link_target_ids(objective: EvaluatedObjective) -> list[str]:
    """Where what serves an objective is linked to."""
    return [objective.row.id, *(part.row.id for part in uncancelled_key_results(objective))]


def _has_kind(links: Any, kinds: Container[str]) -> bool:
    return any(link.kind in kinds for link in links)
