"""Kinds: the reports there are, and how far back each looks."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from projections.documents.document import Document
from projections.reports import alignment, digest, retrospective
from projections.reports.builder import Done, Report
from projections.reports.context import Asked
from projections.reports.presentation import digest as digest_told
from projections.reports.presentation import retrospective as retrospective_told


@dataclass(frozen=True, slots=True)
class Kind:
    """A report as plain values, how many steps it takes to make it, and as a document of these values and of maps."""

    name: str
    make: Callable[[Asked, Done], Report]
    steps: int
    tell: Callable[[Report, dict[str, Any]], Document]
    since: Callable[[date], date] | None = None

    def document(self, asked: Asked, report: Report) -> Document:
        return self.tell(report, alignment.pictures(asked) if self.since is None else {})


def a_month_before(day: date) -> date:
    """The same day of the month before, or that month's last day."""
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=min(day.day, monthrange(last.year, last.month)[1]))


KINDS = {
    kind.name: kind
    for kind in (
        Kind("retrospective", retrospective.retrospective, len(retrospective.PARTS), retrospective_told.document),
        Kind("monthly", digest.monthly, len(digest.MONTHLY), digest_told.monthly, a_month_before),
        Kind("weekly", digest.weekly, len(digest.WEEKLY), digest_told.weekly, lambda day: day - timedelta(days=7)),
    )
}
