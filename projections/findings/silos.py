"""Findings about units without a link to any other unit."""

from collections import Counter
from collections.abc import Iterator

from projections.evaluation.objectives import EvaluatedObjective
from projections.findings.finding import Finding, unit_finding
from projections.findings.finding_scope import FindingScope, UnitCycle
from projections.store.tables import AlignmentRow
from projections.text.phrases import pluralize


def find_silos(scope: FindingScope) -> Iterator[Finding]:
    """`silo`: no live link joins the unit's objectives to another unit's, in a cycle with objectives of several units."""
    linked = {unit_cycle for link in scope.links.live for unit_cycle in _linked_units(scope, link)}
    units_in_cycle = Counter(cycle_id for _, cycle_id in scope.by_unit_and_cycle)
    for (unit_id, cycle_id), objectives in scope.by_unit_and_cycle.items():
        if units_in_cycle[cycle_id] > 1 and (unit_id, cycle_id) not in linked:
            unit, count = scope.units[unit_id], pluralize(len(objectives), "objective")
            sentence = f"{unit.name} has {count} in {scope.rules[cycle_id].row.name} and no link to any other unit."
            ended = [scope.end_position(link) for objective in objectives for link in _ended_links(scope, objective)]
            evidence = [*(objective.row.created for objective in objectives), *ended]
            yield unit_finding("silo", unit, cycle_id, sentence, evidence)


def _ended_links(scope: FindingScope, objective: EvaluatedObjective) -> list[AlignmentRow]:
    """The ended links from the objective, to it, or to its key results."""
    ids = (objective.row.id, *(key_result.row.id for key_result in objective.key_results))
    below = (link for id in ids for link in scope.links.ended_by_parent.get(id, ()))
    return [*scope.links.ended_by_child.get(objective.row.id, ()), *below]


def _linked_units(scope: FindingScope, link: AlignmentRow) -> list[UnitCycle]:
    """The two units that a link joins, each with the cycle of its objective; empty for a link within a unit."""
    child, parent = scope.child(link), scope.parent_objective(link)
    if parent is None or parent.unit_id == child.unit_id:
        return []
    return [(child.unit_id, child.cycle_id), (parent.unit_id, parent.cycle_id)]
