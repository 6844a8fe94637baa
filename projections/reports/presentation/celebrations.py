"""What was celebrated, a line each."""

from collections.abc import Iterator

from projections.reports.presentation.formatting import Report, display_name
from projections.text.phrases import format_exact_percent, pluralize


def lines(report: Report) -> Iterator[str]:
    glad = report["celebrated"]
    for each in glad["remarks"]:
        yield f"{display_name(report, each['author'])} on {each['title']}: {each['text']}"
    for each in glad["wins"]:
        yield f"{each['title']}: {each['text']} ({display_name(report, each['author'])})"
    for each in glad["milestones"]:
        author = display_name(report, each["author"])
        yield f"{each['title']} reached {format_exact_percent(each['share'])}, with the check-in of {author}."
    if more := sum(glad["more"].values()):
        yield f"{pluralize(more, 'older line')} left out."
