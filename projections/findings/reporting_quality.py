"""Reports and numbers that do not go together: outdated, rosy, or far from what stands below."""

from collections.abc import Iterator
from decimal import Decimal

import orjson

from okr_events.domain.decimals import ONE, ZERO, format_decimal, reaches_share, weighted_mean
from projections.evaluation.key_results import EvaluatedKeyResult
from projections.evaluation.objectives import EvaluatedObjective
from projections.findings.finding import Finding, key_result_finding, objective_finding
from projections.findings.finding_scope import FindingScope


def find_stale(scene: FindingScope) -> Iterator[Finding]:
    """`stale`: a key result is outdated."""
    for objective, part in scene.key_results:
        if part.health and part.health.effective == "outdated":
            said = part.standing.get("latest_on")
            since = f"last reported for {said}" if said else "never reported"
            sentence = f"“{part.row.title}” of “{objective.row.title}” is outdated: {since}."
            yield key_result_finding("stale", part.row, objective.row, sentence, _latest_positions(part))


def find_watermelons(scene: FindingScope) -> Iterator[Finding]:
    """`watermelon`: reported on track, computed off track, and not closed."""
    for objective, part in scene.key_results:
        health = part.health
        if health and (health.reported, health.computed) == ("on_track", "off_track") and health.effective != "closed":
            reached, elapsed = part.progress.value if part.progress else ZERO, scene.rules[objective.row.cycle_id].elapsed
            sentence = (
                f"“{part.row.title}” of “{objective.row.title}” is reported on track, but its progress of {reached:.2f} "
                f"is off track at {elapsed:.2f} of the cycle."
            )
            yield key_result_finding(
                "watermelon", part.row, objective.row, sentence, _standing_positions(part, "status", "value")
            )


def find_diverging(scene: FindingScope) -> Iterator[Finding]:
    """`diverging`: an objective and the weighted mean of what serves it vertically are far apart; no progress counts as 0."""
    for objective in scene.objectives.values():
        below = _mean_child_progress(objective)
        if below is None or objective.progress is None:
            continue
        own, least = objective.progress.value, Decimal(scene.policy(objective.row)["diverging"])
        if reaches_share(abs(own - below), least, ONE):
            sentence = (
                f"“{objective.row.title}” of {scene.unit_of(objective.row).name} is at {own:.2f}, "
                f"what serves it at {below:.2f}: {format_decimal(least)} or more apart."
            )
            measured = [*objective.key_results, *(part for _, child in objective.active_children for part in child.key_results)]
            evidence = [
                *(link.from_position for link, _ in objective.active_children),
                *(at for part in measured for at in _standing_positions(part, "value")),
            ]
            yield objective_finding("diverging", objective.row, sentence, evidence)


def _mean_child_progress(objective: EvaluatedObjective) -> Decimal | None:
    below = [(Decimal(link.weight), child.progress) for link, child in objective.active_children if link.weight is not None]
    return weighted_mean([(weight, progress.value if progress else ZERO) for weight, progress in below])


def _latest_positions(part: EvaluatedKeyResult) -> list[int]:
    """Where its last report was recorded."""
    latest = part.standing.get("latest")
    return [int(orjson.loads(latest)["position"])] if latest else []


def _standing_positions(part: EvaluatedKeyResult, *names: str) -> list[int]:
    """Where what is in force of its check-ins was said."""
    return [place for name in names if isinstance(place := part.standing.get(f"{name}_at"), int)]
