"""Dependencies: unconfirmed, too many on one objective that is not well, and in a circle."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from projections.findings.finding import Finding, link_finding, objective_finding
from projections.findings.finding_scope import FindingScope
from projections.findings.graph_cycles import strongly_connected_components

MAX_TITLES = 5


def find_unconfirmed_dependencies(scene: FindingScope) -> Iterator[Finding]:
    """`unconfirmed_dependency`: proposed, not answered, and the child is not closed."""
    for link, child in scene.child_links:
        if link.kind == "horizontal" and link.state == "proposed" and not scene.is_ended(child):
            goal = scene.parent_objective(link)
            sentence = (
                f"“{child.title}” of {scene.unit_of(child).name} depends on “{goal.title}” of {scene.unit_of(goal).name}, "
                "which has not confirmed it."
            )
            yield link_finding("unconfirmed_dependency", link, child, sentence)


def find_bottlenecks(scene: FindingScope) -> Iterator[Finding]:
    """`bottleneck`: as many as the policy says depend on it, and it is neither on track nor closed."""
    for id, objective in scene.objectives.items():
        health = objective.health.effective if objective.health else "pending"
        if health in {"on_track", "closed"}:
            continue
        pointing = scene.links.dependency_links(id)
        if pointing and len(pointing) >= scene.policy(objective.row)["bottleneck"]:
            sentence = (
                f"{len(pointing)} objectives depend on “{objective.row.title}” of {scene.unit_of(objective.row).name}, "
                f"which is {health.replace('_', ' ')}."
            )
            yield objective_finding("bottleneck", objective.row, sentence, (link.created for link in pointing))


def find_dependency_loops(scene: FindingScope) -> Iterator[Finding]:
    """`dependency_loop`: objectives that all wait for one another; told once in each cycle, of the oldest one there."""
    links = [link for link in scene.links.live if link.kind == "horizontal" and not _touches_ended(scene, link)]
    found = strongly_connected_components([(link.child_id, link.parent_id) for link in links])
    numbers = {id: number for number, loop in enumerate(found) for id in loop}
    closing: dict[int | None, list[int]] = defaultdict(list)
    for link in links:
        if numbers.get(link.child_id) == numbers.get(link.parent_id):
            closing[numbers.get(link.child_id)].append(link.created)
    for number, loop in enumerate(found):
        sentence = (
            f"{len(loop)} objectives depend on one another in a circle: {_join_titles([scene.linked_row(id) for id in loop])}."
        )
        for objective in _oldest_by_cycle([scene.objectives[id].row for id in loop if id in scene.objectives]):
            yield objective_finding("dependency_loop", objective, sentence, closing[number])


def _touches_ended(scene: FindingScope, link: Any) -> bool:
    return scene.is_ended(scene.linked_row(link.child_id)) or scene.is_ended(scene.linked_row(link.parent_id))


def _oldest_by_cycle(objectives: list[Any]) -> list[Any]:
    found: dict[str, list[Any]] = defaultdict(list)
    for objective in objectives:
        found[objective.cycle_id].append(objective)
    return [min(each, key=lambda row: int(row.created)) for each in found.values()]


def _join_titles(objectives: list[Any]) -> str:
    """The first few by age, and how many more."""
    oldest = sorted(objectives, key=lambda row: int(row.created))
    more = f" and {len(oldest) - MAX_TITLES} more" if len(oldest) > MAX_TITLES else ""
    return ", ".join(f"“{row.title}”" for row in oldest[:MAX_TITLES]) + more
