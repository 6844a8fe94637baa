"""Making a report: part by part, its words opened and everybody in it named."""

from collections.abc import Callable, Sequence
from typing import Any

from projections.reports.context import ReportContext
from projections.reports.gc_pause import pause_gc
from projections.reports.names import with_names

Report = dict[str, Any]
PartBuilder = Callable[[ReportContext], Report]
ProgressCallback = Callable[[], object]


@pause_gc()
def build_report(asked: ReportContext, heading: Report, parts: Sequence[PartBuilder], done: ProgressCallback) -> Report:
    """`done` is called after each part."""
    report = heading
    for part in parts:
        report = report | asked.decrypt(part(asked))
        done()
    return with_names(asked, report)
