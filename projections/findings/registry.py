"""The registry of finders, and the findings of all of them."""

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

FINDER_MODULES = (
    *(missing_alignment, link_scope, limits, owners, reporting_quality),
    *(metric_quality, dependencies, silos, similar_objectives, score_calibration),
)
FINDERS = [finder for module in FINDER_MODULES for name, finder in vars(module).items() if name.startswith("find_")]
"""Every function of these modules whose name begins with `find_`."""


def find_all(scope: FindingScope) -> list[Finding]:
    """All findings, the severest first, then by code and by the age of the subject."""
    return sorted((finding for finder in FINDERS for finding in finder(scope)), key=lambda finding: finding.sort_key)
