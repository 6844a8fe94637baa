"""All findings of a scene."""

from collections.abc import Callable, Iterator
from itertools import chain

from projections.findings import (
    dependencies,
    limits,
    link_scope,
    metric_quality,
    missing_alignment,
    owners,
    reporting_quality,
    score_calibration,
    silos,
    similar_objectives,
)
from projections.findings.finding import Finding
from projections.findings.finding_scope import Scene

Finder = Callable[[Scene], Iterator[Finding]]
FINDERS: tuple[Finder, ...] = (
    missing_alignment.orphans,
    missing_alignment.unsupported,
    link_scope.level_skips,
    link_scope.cycle_mismatches,
    link_scope.dangling,
    limits.key_result_counts,
    limits.too_many_objectives,
    limits.everything_important,
    owners.no_owner,
    reporting_quality.stale,
    reporting_quality.watermelons,
    reporting_quality.diverging,
    metric_quality.not_smart,
    metric_quality.goalposts_moved,
    dependencies.unconfirmed_dependencies,
    dependencies.bottlenecks,
    dependencies.dependency_loops,
    silos.silos,
    similar_objectives.overlaps,
    score_calibration.mean_scores,
)


def findings(scene: Scene) -> list[Finding]:
    """What is found, the severest first, then by code and by the age of the subject."""
    found = chain.from_iterable(finder(scene) for finder in FINDERS)
    return sorted(found, key=lambda finding: finding.order)
