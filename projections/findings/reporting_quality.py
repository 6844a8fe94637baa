"""Reports and numbers that do not go together: outdated, rosy, or far from what stands below."""

from collections.abc import Iterator
from decimal import Decimal

import orjson

from okr_events.domain.decimals import ONE, ZERO, plain, reaches, weighted_mean
from projections.evaluation.key_results import KeyResultAt
from projections.evaluation.objectives import ObjectiveAt
from projections.findings.finding import Finding, about_key_result, about_objective
from projections.findings.finding_scope import Scene


def stale(scene: Scene) -> Iterator[Finding]:
    """`stale`: a key result is outdated."""
    for objective, part in scene.key_results:
        if part.health and part.health.effective == "outdated":
            said = part.standing.get("latest_on")
            since = f"last reported for {said}" if said else "never reported"
            sentence = f"“{part.row.title}” of “{objective.row.title}” is outdated: {since}."
            yield about_key_result("stale", part.row, objective.row, sentence, _latest(part))


def watermelons(scene: Scene) -> Iterator[Finding]:
    """`watermelon`: reported on track, computed off track, and not closed."""
    for objective, part in scene.key_results:
        health = part.health
        if health and (health.reported, health.computed) == ("on_track", "off_track") and health.effective != "closed":
            reached, elapsed = part.progress.value if part.progress else ZERO, scene.rules[objective.row.cycle_id].elapsed
            sentence = (
                f"“{part.row.title}” of “{objective.row.title}” is reported on track, but its progress of {reached:.2f} "
                f"is off track at {elapsed:.2f} of the cycle."
            )
            yield about_key_result("watermelon", part.row, objective.row, sentence, _said(part, "status", "value"))


def diverging(scene: Scene) -> Iterator[Finding]:
    """`diverging`: an objective and the weighted mean of what serves it vertically are far apart; no progress counts as 0."""
    for objective in scene.objectives.values():
        below = _mean_below(objective)
        if below is None or objective.progress is None:
            continue
        own, least = objective.progress.value, Decimal(scene.policy(objective.row)["diverging"])
        if reaches(abs(own - below), least, ONE):
            sentence = (
                f"“{objective.row.title}” of {scene.unit_of(objective.row).name} is at {own:.2f}, "
                f"what serves it at {below:.2f}: {plain(least)} or more apart."
            )
            measured = [*objective.key_results, *(part for _, child in objective.below for part in child.key_results)]
            evidence = [
                *(link.from_position for link, _ in objective.below),
                *(at for part in measured for at in _said(part, "value")),
            ]
            yield about_objective("diverging", objective.row, sentence, evidence)


def _mean_below(objective: ObjectiveAt) -> Decimal | None:
    below = [(Decimal(link.weight), child.progress) for link, child in objective.below]
    return weighted_mean([(weight, progress.value if progress else ZERO) for weight, progress in below])


def _latest(part: KeyResultAt) -> list[int]:
    """Where its last report was recorded."""
    latest = part.standing.get("latest")
    return [int(orjson.loads(latest)["position"])] if latest else []


def _said(part: KeyResultAt, *names: str) -> list[int]:
    """Where what is in force of its check-ins was said."""
    places = (part.standing.get(f"{name}_at") for name in names)
    return [int(place) for place in places if place is not None]
