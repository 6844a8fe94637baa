"""The types of reports, and how far back each looks by default."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from projections.documents.document import Document
from projections.reports import alignment, digest, retrospective
from projections.reports.builder import ProgressCallback, Report
from projections.reports.context import ReportContext
from projections.reports.presentation.digest import monthly_document, weekly_document
from projections.reports.presentation.retrospective import retrospective_document

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ReportType:
    """How a report is built, in how many steps, and how it becomes a document."""

    name: str
    build: Callable[[ReportContext, ProgressCallback], Report]
    steps: int
    present: Callable[[Report, dict[str, alignment.DrawMap]], Document]
    default_since: Callable[[date], date] | None = None

    def document(self, context: ReportContext, report: Report) -> Document:
        maps = alignment.prepare_maps(context) if self.default_since is None else {}
        return self.present({**report, "zone": context.moment.zone}, maps)


def month_before(day: date) -> date:
    """The same day of the month before, or that month's last day."""
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=min(day.day, monthrange(last.year, last.month)[1]))


RETROSPECTIVE = ReportType("retrospective", retrospective.build_retrospective, len(retrospective.PARTS), retrospective_document)
MONTHLY = ReportType("monthly", digest.build_monthly, len(digest.MONTHLY_PARTS), monthly_document, month_before)
WEEKLY = ReportType(
    "weekly", digest.build_weekly, len(digest.WEEKLY_PARTS), weekly_document, lambda day: day - timedelta(days=7)
)
REPORT_TYPES = {report_type.name: report_type for report_type in (RETROSPECTIVE, MONTHLY, WEEKLY)}
