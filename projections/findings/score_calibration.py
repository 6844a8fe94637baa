"""Scores that say the goals were too easy or out of reach."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from okr_events.domain.decimals import ONE, weighted_mean
from projections.evaluation.objectives import ObjectiveAt
from projections.findings.finding import Finding, about_unit
from projections.findings.finding_scope import Scene, kept


def mean_scores(scene: Scene) -> Iterator[Finding]:
    """`too_safe` and `overreach`: the plain mean score of a unit's scored key results of objectives that are not committed."""
    for (unit_id, cycle_id), objectives in scene.by_place.items():
        scored = _scored(objectives)
        mean = weighted_mean([(ONE, Decimal(row.score)) for row in scored])
        if mean is None:
            continue
        cycle, unit = scene.rules[cycle_id], scene.units[unit_id]
        high, low = Decimal(cycle.policy["too_safe"]), Decimal(cycle.policy["bands"]["partial"])
        if mean > high or mean < low:
            code, beyond = ("too_safe", f"above {high}") if mean > high else ("overreach", f"below {low}")
            sentence = f"{unit.name} scores {mean:.2f} in {cycle.row.name} on average, {beyond}: {len(scored)} scored."
            yield about_unit(code, unit, cycle_id, sentence, (row.scored_at for row in scored))


def _scored(objectives: list[ObjectiveAt]) -> list[Any]:
    return [
        part.row
        for objective in objectives
        if objective.row.commitment != "committed"
        for part in kept(objective)
        if part.row.score is not None
    ]
