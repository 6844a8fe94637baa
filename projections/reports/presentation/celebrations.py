"""What was celebrated, a line each."""

from collections.abc import Iterator

from projections.reports.presentation.formatting import Report, name
from projections.text.phrases import counted, percent


def lines(report: Report) -> Iterator[str]:
    glad = report["celebrated"]
    for each in glad["remarks"]:
        yield f"{name(report, each['author'])} on {each['title']}: {each['text']}"
    for each in glad["wins"]:
        yield f"{each['title']}: {each['text']} ({name(report, each['author'])})"
    for each in glad["milestones"]:
        yield f"{each['title']} reached {percent(each['share'])}, with the check-in of {name(report, each['author'])}."
    if more := sum(glad["more"].values()):
        yield f"{counted(more, 'older line')} left out."
