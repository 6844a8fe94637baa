"""Units that stand alone."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from projections.evaluation.objectives import ObjectiveAt
from projections.findings.finding import Finding, about_unit
from projections.findings.finding_scope import Place, Scene


def silos(scene: Scene) -> Iterator[Finding]:
    """`silo`: no live link between an objective of the unit and another unit's, where two or more units have objectives."""
    joined = {place for link in scene.links.live for place in _joined(scene, link)}
    peers = Counter(cycle_id for _, cycle_id in scene.by_place)
    for (unit_id, cycle_id), objectives in scene.by_place.items():
        if peers[cycle_id] > 1 and (unit_id, cycle_id) not in joined:
            unit, count = scene.units[unit_id], len(objectives)
            sentence = (
                f"{unit.name} has {count} objective{'s' * (count > 1)} in {scene.rules[cycle_id].row.name} "
                "and no link to any other unit."
            )
            ended = [scene.ending(link) for each in objectives for link in _ended(scene, each)]
            yield about_unit("silo", unit, cycle_id, sentence, [*(each.row.created for each in objectives), *ended])


def _ended(scene: Scene, objective: ObjectiveAt) -> list[Any]:
    """The links that once led from the objective, to it, or to a key result of it."""
    ends = (objective.row.id, *(part.row.id for part in objective.key_results))
    below = (link for id in ends for link in scene.links.ended_down.get(id, ()))
    return [*scene.links.ended_up.get(objective.row.id, ()), *below]


def _joined(scene: Scene, link: Any) -> list[Place]:
    """The units, each in its cycle, that a link brings together."""
    child, goal = scene.end(link.child_id), scene.goal(link)
    if goal is None or goal.unit_id == child.unit_id:
        return []
    return [(child.unit_id, child.cycle_id), (goal.unit_id, goal.cycle_id)]
