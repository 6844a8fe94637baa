"""Dependencies: unconfirmed, too many on one objective that is not well, and in a circle."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from projections.findings.finding import Finding, about_link, about_objective
from projections.findings.finding_scope import Scene
from projections.findings.graph_cycles import loops

NAMED = 5


def unconfirmed_dependencies(scene: Scene) -> Iterator[Finding]:
    """`unconfirmed_dependency`: proposed, not answered, and the child is not closed."""
    for link, child in scene.own_links:
        if link.kind == "horizontal" and link.state == "proposed" and not scene.over(child):
            goal = scene.goal(link)
            sentence = (
                f"“{child.title}” of {scene.unit_of(child).name} depends on “{goal.title}” of {scene.unit_of(goal).name}, "
                "which has not confirmed it."
            )
            yield about_link("unconfirmed_dependency", link, child, sentence)


def bottlenecks(scene: Scene) -> Iterator[Finding]:
    """`bottleneck`: as many as the policy says depend on it, and it is neither on track nor closed."""
    for id, objective in scene.objectives.items():
        health = objective.health.effective if objective.health else "pending"
        if health in {"on_track", "closed"}:
            continue
        pointing = scene.links.dependents(id)
        if pointing and len(pointing) >= scene.policy(objective.row)["bottleneck"]:
            sentence = (
                f"{len(pointing)} objectives depend on “{objective.row.title}” of {scene.unit_of(objective.row).name}, "
                f"which is {health.replace('_', ' ')}."
            )
            yield about_objective("bottleneck", objective.row, sentence, (link.created for link in pointing))


def dependency_loops(scene: Scene) -> Iterator[Finding]:
    """`dependency_loop`: objectives that all wait for one another; told once in each cycle, of the oldest one there."""
    links = [link for link in scene.links.live if link.kind == "horizontal" and not _over(scene, link)]
    found = loops([(link.child_id, link.parent_id) for link in links])
    numbers = {id: number for number, loop in enumerate(found) for id in loop}
    closing: dict[int | None, list[int]] = defaultdict(list)
    for link in links:
        if numbers.get(link.child_id) == numbers.get(link.parent_id):
            closing[numbers.get(link.child_id)].append(link.created)
    for number, loop in enumerate(found):
        sentence = f"{len(loop)} objectives depend on one another in a circle: {_listed([scene.end(id) for id in loop])}."
        for objective in _oldest_by_cycle([scene.objectives[id].row for id in loop if id in scene.objectives]):
            yield about_objective("dependency_loop", objective, sentence, closing[number])


def _over(scene: Scene, link: Any) -> bool:
    return scene.over(scene.end(link.child_id)) or scene.over(scene.end(link.parent_id))


def _oldest_by_cycle(objectives: list[Any]) -> list[Any]:
    found: dict[str, list[Any]] = defaultdict(list)
    for objective in objectives:
        found[objective.cycle_id].append(objective)
    return [min(each, key=lambda row: int(row.created)) for each in found.values()]


def _listed(objectives: list[Any]) -> str:
    """The first few by age, and how many more."""
    oldest = sorted(objectives, key=lambda row: int(row.created))
    more = f" and {len(oldest) - NAMED} more" if len(oldest) > NAMED else ""
    return ", ".join(f"“{row.title}”" for row in oldest[:NAMED]) + more
