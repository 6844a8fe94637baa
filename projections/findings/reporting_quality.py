"""Findings about reports: outdated, better than the numbers, or far from the progress of contributing objectives."""

from collections.abc import Iterator
from decimal import Decimal

import orjson

from okr_events.domain.decimals import ONE, ZERO, format_decimal, reaches_share, weighted_mean
from projections.evaluation.key_results import EvaluatedKeyResult
from projections.evaluation.objectives import EvaluatedObjective, link_drivers
from projections.findings.finding import Finding, key_result_finding, objective_finding
from projections.findings.finding_scope import FindingScope
from projections.text.rounding import Rounding


def find_stale(scope: FindingScope) -> Iterator[Finding]:
    """`stale`: the health of a key result is outdated."""
    for objective, key_result in scope.key_results:
        if key_result.health and key_result.health.effective == "outdated":
            row, latest_on = key_result.row, key_result.standing.latest_on
            since = f"last reported for {latest_on}" if latest_on else "never reported"
            sentence = f"“{row.title}” of “{objective.row.title}” is outdated: {since}."
            yield key_result_finding("stale", row, objective.row, sentence, _latest_positions(key_result))


def find_watermelons(scope: FindingScope) -> Iterator[Finding]:
    """`watermelon`: an open key result is reported on track, but its pace is off track."""
    for objective, key_result in scope.key_results:
        row, health = key_result.row, key_result.health
        if health and (health.reported, health.computed) == ("on_track", "off_track") and health.effective != "closed":
            progress = key_result.progress.value if key_result.progress else ZERO
            elapsed = scope.rules[objective.row.cycle_id].elapsed
            page = Rounding([progress, elapsed])
            sentence = (
                f"“{row.title}” of “{objective.row.title}” is reported on track, but its progress of {page.decimals(progress)} "
                f"is off track at {page.decimals(elapsed)} of the cycle."
            )
            evidence = _statement_positions(key_result, "status", "value")
            yield key_result_finding("watermelon", row, objective.row, sentence, evidence)


def find_diverging(scope: FindingScope) -> Iterator[Finding]:
    """`diverging`: the progress of an objective is far from the weighted mean of its vertical children, null counting as 0."""
    for objective in scope.objectives.values():
        drivers = [(driver.weight, driver.progress) for driver in link_drivers(objective.active_children)]
        below = weighted_mean([(weight, progress.value if progress else ZERO) for weight, progress in drivers])
        limit = Decimal(scope.policy(objective.row)["diverging"])
        if below is None or objective.progress is None:
            continue
        if reaches_share(abs(objective.progress.value - below), limit, ONE):
            page = Rounding([objective.progress.value, below])
            sentence = (
                f"{scope.label(objective.row)} is at {page.decimals(objective.progress.value)}, the objectives that contribute "
                f"to it at {page.decimals(below)}: {format_decimal(limit)} or more apart."
            )
            yield objective_finding("diverging", objective.row, sentence, _divergence_positions(objective))


def _divergence_positions(objective: EvaluatedObjective) -> list[int]:
    """The positions of the links, and of the values in force on both sides."""
    children = objective.active_children
    key_results = [*objective.key_results, *(key_result for _, child in children for key_result in child.key_results)]
    values = (position for key_result in key_results for position in _statement_positions(key_result, "value"))
    return [*(link.from_position for link, _ in children), *values]


def _latest_positions(key_result: EvaluatedKeyResult) -> list[int]:
    """The position of the latest check-in, if there is one."""
    latest = key_result.standing.latest
    return [int(orjson.loads(latest)["position"])] if latest else []


def _statement_positions(key_result: EvaluatedKeyResult, *names: str) -> list[int]:
    """The positions of the events that stated the value, confidence or status in force."""
    return [at for name in names if isinstance(at := getattr(key_result.standing, f"{name}_at"), int)]
