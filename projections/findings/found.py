"""All findings of a scene."""

from collections.abc import Callable, Iterator
from itertools import chain

from projections.findings import (
    dependencies,
    isolation,
    limits,
    measures,
    overlap,
    owners,
    reach,
    scores,
    serving,
    tracking,
)
from projections.findings.finding import Finding
from projections.findings.scene import Scene

Finder = Callable[[Scene], Iterator[Finding]]
FINDERS: tuple[Finder, ...] = (
    serving.orphans,
    serving.unsupported,
    reach.level_skips,
    reach.cycle_mismatches,
    reach.dangling,
    limits.key_result_counts,
    limits.too_many_objectives,
    limits.everything_important,
    owners.no_owner,
    tracking.stale,
    tracking.watermelons,
    tracking.diverging,
    measures.not_smart,
    measures.goalposts_moved,
    dependencies.unconfirmed_dependencies,
    dependencies.bottlenecks,
    dependencies.dependency_loops,
    isolation.silos,
    overlap.overlaps,
    scores.mean_scores,
)


def findings(scene: Scene) -> list[Finding]:
    """What is found, the severest first, then by code and by the age of the subject."""
    found = chain.from_iterable(finder(scene) for finder in FINDERS)
    return sorted(found, key=lambda finding: finding.order)
