"""Making a report: part by part, its words opened and everybody in it named."""

from collections.abc import Callable, Sequence
from typing import Any

from projections.reports.context import Asked
from projections.reports.gc_pause import uncollected
from projections.reports.names import named

Report = dict[str, Any]
Part = Callable[[Asked], Report]
Done = Callable[[], object]


@uncollected()
def made(asked: Asked, heading: Report, parts: Sequence[Part], done: Done) -> Report:
    """`done` is called after each part."""
    report = heading
    for part in parts:
        report = report | asked.open(part(asked))
        done()
    return named(asked, report)
