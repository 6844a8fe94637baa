"""What serves nothing above it, and what nothing below it serves."""

from collections.abc import Iterator
from typing import Any

from projections.evaluation.objectives import ObjectiveAt
from projections.findings.finding import Finding, about_objective
from projections.findings.finding_scope import Scene, kept
from projections.findings.link_index import CONTRIBUTING, UPWARD


def orphans(scene: Scene) -> Iterator[Finding]:
    """`orphan`: below the company, without a live vertical, explicit or strategic link."""
    for id, objective in scene.objectives.items():
        unit = scene.unit_of(objective.row)
        if unit.level == "company" or _any(scene.links.up.get(id, ()), UPWARD):
            continue
        ended = [scene.ending(link) for link in scene.links.ended_up.get(id, ()) if link.kind in UPWARD]
        sentence = f"“{objective.row.title}” of {unit.name} ({unit.level}) serves nothing above it."
        yield about_objective("orphan", objective.row, sentence, ended)


def unsupported(scene: Scene) -> Iterator[Finding]:
    """`unsupported`: of the company or a department, without a live vertical child and no key result inherited."""
    for objective in scene.objectives.values():
        unit, down = scene.unit_of(objective.row), scene.links.down
        ends = _ends(objective)
        if unit.level not in {"company", "department"} or any(_any(down.get(id, ()), CONTRIBUTING) for id in ends):
            continue
        below = [link for id in ends for link in scene.links.ended_down.get(id, ()) if link.kind in CONTRIBUTING]
        sentence = f"Nothing below serves “{objective.row.title}” of {unit.name} ({unit.level})."
        yield about_objective("unsupported", objective.row, sentence, map(scene.ending, below))


def _ends(objective: ObjectiveAt) -> list[str]:
    """Where what serves an objective is linked to."""
    return [objective.row.id, *(part.row.id for part in kept(objective))]


def _any(links: Any, kinds: set[str]) -> bool:
    return any(link.kind in kinds for link in links)
