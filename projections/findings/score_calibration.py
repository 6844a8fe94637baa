"""Scores that say the goals were too easy or out of reach."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from okr_events.domain.decimals import ONE, weighted_mean
from projections.evaluation.objectives import EvaluatedObjective
from projections.findings.finding import Finding, unit_finding
from projections.findings.finding_scope import FindingScope, uncancelled_key_results


def find_miscalibrated_scores(scene: FindingScope) -> Iterator[Finding]:
    """`too_safe` and `overreach`: the plain mean score of a unit's scored key results of objectives that are not committed."""
    for (unit_id, cycle_id), objectives in scene.by_unit_and_cycle.items():
        scored = _scored_key_results(objectives)
        mean = weighted_mean([(ONE, Decimal(row.score)) for row in scored])
        if mean is None:
            continue
        cycle, unit = scene.rules[cycle_id], scene.units[unit_id]
        high, low = Decimal(cycle.policy["too_safe"]), Decimal(cycle.policy["bands"]["partial"])
        if mean > high or mean < low:
            code, beyond = ("too_safe", f"above {high}") if mean > high else ("overreach", f"below {low}")
            sentence = f"{unit.name} scores {mean:.2f} in {cycle.row.name} on average, {beyond}: {len(scored)} scored."
            yield unit_finding(code, unit, cycle_id, sentence, (row.scored_at for row in scored))


def _scored_key_results(objectives: list[EvaluatedObjective]) -> list[Any]:
    return [
        part.row
        for objective in objectives
        if objective.row.commitment != "committed"
        for part in uncancelled_key_results(objective)
        if part.row.score is not None
    ]
