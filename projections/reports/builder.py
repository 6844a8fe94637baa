"""Builds a report part by part, with its texts decrypted and the names of people and units added."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from projections.reports.context import ReportContext
from projections.reports.names import with_names

Report = dict[str, Any]
PartBuilder = Callable[[ReportContext], Report]
ProgressCallback = Callable[[], object]


@contextmanager
def pause_gc() -> Iterator[None]:
    """Pause the garbage collector: a report allocates many objects and no cycles, so that collections find nothing.

    Only the outermost caller starts it again.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@pause_gc()
def build_report(context: ReportContext, header: Report, parts: Sequence[PartBuilder], done: ProgressCallback) -> Report:
    """The header and all parts; `done` is called after each part."""
    report = header
    for part in parts:
        report = report | context.decrypt(part(context))
        done()
    return with_names(context, report)
