"""What was found at one moment and not at another."""

from collections.abc import Iterable

from projections.findings.finding import Finding


def new_findings(before: Iterable[Finding], after: Iterable[Finding]) -> list[Finding]:
    """The findings that were not there before; told the other way round, those that have closed since."""
    known = {finding.identity for finding in before}
    return [finding for finding in after if finding.identity not in known]
