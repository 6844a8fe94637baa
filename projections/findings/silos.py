"""Units that stand alone."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from projections.evaluation.objectives import EvaluatedObjective
from projections.findings.finding import Finding, unit_finding
from projections.findings.finding_scope import FindingScope, UnitCycle


def find_silos(scene: FindingScope) -> Iterator[Finding]:
    """`silo`: no live link between an objective of the unit and another unit's, where two or more units have objectives."""
    joined = {place for link in scene.links.live for place in _joined_units(scene, link)}
    peers = Counter(cycle_id for _, cycle_id in scene.by_unit_and_cycle)
    for (unit_id, cycle_id), objectives in scene.by_unit_and_cycle.items():
        if peers[cycle_id] > 1 and (unit_id, cycle_id) not in joined:
            unit, count = scene.units[unit_id], len(objectives)
            sentence = (
                f"{unit.name} has {count} objective{'s' * (count > 1)} in {scene.rules[cycle_id].row.name} "
                "and no link to any other unit."
            )
            ended = [scene.end_position(link) for each in objectives for link in _ended_links(scene, each)]
            yield unit_finding("silo", unit, cycle_id, sentence, [*(each.row.created for each in objectives), *ended])


def _ended_links(scene: FindingScope, objective: EvaluatedObjective) -> list[Any]:
    """The links that once led from the objective, to it, or to a key result of it."""
    ends = (objective.row.id, *(part.row.id for part in objective.key_results))
    below = (link for id in ends for link in scene.links.ended_by_parent.get(id, ()))
    return [*scene.links.ended_by_child.get(objective.row.id, ()), *below]


def _joined_units(scene: FindingScope, link: Any) -> list[UnitCycle]:
    """The units, each in its cycle, that a link brings together."""
    child, goal = scene.linked_row(link.child_id), scene.parent_objective(link)
    if goal is None or goal.unit_id == child.unit_id:
        return []
    return [(child.unit_id, child.cycle_id), (goal.unit_id, goal.cycle_id)]
