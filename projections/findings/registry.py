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
from projections.findings.finding_scope import FindingScope

Finder = Callable[[FindingScope], Iterator[Finding]]
FINDERS: tuple[Finder, ...] = (
    missing_alignment.find_orphans,
    missing_alignment.find_unsupported,
    link_scope.find_level_skips,
    link_scope.find_cycle_mismatches,
    link_scope.find_dangling_links,
    limits.find_key_result_count_violations,
    limits.find_too_many_objectives,
    limits.find_everything_important,
    owners.find_missing_owners,
    reporting_quality.find_stale,
    reporting_quality.find_watermelons,
    reporting_quality.find_diverging,
    metric_quality.find_not_smart,
    metric_quality.find_moved_goalposts,
    dependencies.find_unconfirmed_dependencies,
    dependencies.find_bottlenecks,
    dependencies.find_dependency_loops,
    silos.find_silos,
    similar_objectives.find_overlaps,
    score_calibration.find_miscalibrated_scores,
)


def find_all(scene: FindingScope) -> list[Finding]:
    """What is found, the severest first, then by code and by the age of the subject."""
    found = chain.from_iterable(finder(scene) for finder in FINDERS)
    return sorted(found, key=lambda finding: finding.sort_key)
