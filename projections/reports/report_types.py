"""Kinds: the reports there are, and how far back each looks."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from projections.documents.document import Document
from projections.reports import alignment, digest, retrospective
from projections.reports.builder import ProgressCallback, Report
from projections.reports.context import ReportContext
from projections.reports.presentation import digest as digest_told
from projections.reports.presentation import retrospective as retrospective_told


@dataclass(frozen=True, slots=True)
class ReportType:
    """A report as plain values, how many steps it takes to make it, and as a document of these values and of maps."""

    name: str
    build: Callable[[ReportContext, ProgressCallback], Report]
    steps: int
    present: Callable[[Report, dict[str, Any]], Document]
    default_since: Callable[[date], date] | None = None

    def document(self, asked: ReportContext, report: Report) -> Document:
        return self.present(report, alignment.render_maps(asked) if self.default_since is None else {})


def month_before(day: date) -> date:
    """The same day of the month before, or that month's last day."""
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=min(day.day, monthrange(last.year, last.month)[1]))


REPORT_TYPES = {
    kind.name: kind
    for kind in (
        ReportType(
            "retrospective",
            retrospective.build_retrospective,
            len(retrospective.PARTS),
            retrospective_told.retrospective_document,
        ),
        ReportType("monthly", digest.build_monthly, len(digest.MONTHLY_PARTS), digest_told.monthly_document, month_before),
        ReportType(
            "weekly",
            digest.build_weekly,
            len(digest.WEEKLY_PARTS),
            digest_told.weekly_document,
            lambda day: day - timedelta(days=7),
        ),
    )
}
