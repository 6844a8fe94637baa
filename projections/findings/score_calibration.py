"""Findings about mean scores that show too easy or unreachable goals."""

from collections.abc import Iterator
from decimal import Decimal

from okr_events.domain.decimals import ONE, weighted_mean
from projections.evaluation.objectives import EvaluatedObjective
from projections.findings.finding import Finding, unit_finding
from projections.findings.finding_scope import FindingScope, uncancelled_key_results
from projections.text.phrases import pluralize
from projections.text.rounding import Rounding


def find_miscalibrated_scores(scope: FindingScope) -> Iterator[Finding]:
    """`too_safe` and `overreach`, by the unweighted mean score of a unit's key results of objectives that are not committed."""
    for (unit_id, cycle_id), objectives in scope.by_unit_and_cycle.items():
        scores = list(_scores_with_positions(objectives))
        mean = weighted_mean([(ONE, score) for _, score in scores])
        cycle, unit = scope.rules[cycle_id], scope.units[unit_id]
        high, low = Decimal(cycle.policy["too_safe"]), Decimal(cycle.policy["bands"]["partial"])
        if mean is not None and (mean > high or mean < low):
            code, limit = ("too_safe", f"above {high}") if mean > high else ("overreach", f"below {low}")
            scored = pluralize(len(scores), "scored key result")
            shown = Rounding([high, low, mean]).decimals(mean)
            sentence = f"The mean score of {unit.name} in {cycle.row.name} is {shown}, {limit}, over {scored}."
            yield unit_finding(code, unit, cycle_id, sentence, (position for position, _ in scores))


def _scores_with_positions(objectives: list[EvaluatedObjective]) -> Iterator[tuple[int, Decimal]]:
    """The scores with the positions of the events that stated them."""
    for objective in objectives:
        if objective.row.commitment != "committed":
            for key_result in uncancelled_key_results(objective):
                if key_result.row.score is not None and key_result.row.scored_at is not None:
                    yield key_result.row.scored_at, Decimal(key_result.row.score)
