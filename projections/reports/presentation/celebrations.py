"""The sections on wins, milestones and comments of celebration."""

from collections.abc import Iterator

from projections.documents.document import Bullets, Section
from projections.reports.presentation.formatting import Item, Report, display_name
from projections.text.phrases import format_exact_percent, pluralize

EMPTY = "No wins or celebrations were recorded."


def wins_section(report: Report) -> Section:
    """The wins of a cycle and the comments that celebrate its goals."""
    lines = (*(_comment_line(report, item) for item in report["celebrations"]), *_win_lines(report))
    return Section("wins", "Wins and celebrations", (Bullets(lines, EMPTY),), lines)


def section(report: Report) -> Section:
    lines = tuple(_lines(report))
    return Section("celebrations", "Wins and celebrations", (Bullets(lines, EMPTY),), lines)


def _win_lines(report: Report) -> Iterator[str]:
    for item in report["wins"]["items"]:
        yield f"{item['title']}, {item['measured_on']}: {item['text']} ({display_name(report, item['author'])})"
    if more := report["wins"]["more"]:
        yield f"{pluralize(more, 'older check-in')} with wins left out."


def _lines(report: Report) -> Iterator[str]:
    celebrated = report["celebrated"]
    yield from (_comment_line(report, item) for item in celebrated["remarks"])
    for item in celebrated["wins"]:
        yield f"{item['title']}: {item['text']} ({display_name(report, item['author'])})"
    for item in celebrated["milestones"]:
        author = display_name(report, item["author"])
        yield f"{item['title']} reached {format_exact_percent(item['share'])} with the check-in of {author}."
    if more := sum(celebrated["more"].values()):
        yield f"{pluralize(more, 'older item')} left out."


def _comment_line(report: Report, item: Item) -> str:
    return f"{display_name(report, item['author'])} on {item['title']}: {item['text']}"
