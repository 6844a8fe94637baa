"""The section on closing decisions and the key results carried over."""

from projections.documents.document import Section
from projections.reports.presentation.formatting import Report, item_table
from projections.text.phrases import with_spaces

DECISION_COLUMNS = {"Decision": "decision", "Key results": "count"}
SUCCESSOR_COLUMNS = {"Key result": "origin_title", "Carried over as": "title"}


def section(report: Report) -> Section:
    carried_over = report["carried_over"]
    decided = [item for item in carried_over["decisions"] if item["count"]]
    undecided = [{"decision": "not decided yet", "count": carried_over["undecided"]}] if carried_over["undecided"] else []
    items, waiting = carried_over["items"], carried_over["wanted"]
    counts = ", ".join(f"{item['count']} {with_spaces(item['decision'])}" for item in decided)
    brief = ((counts,) if decided else ()) + tuple(f"not carried over yet: {item['title']}" for item in waiting)
    tables = (
        item_table(
            report, "closing-decisions", "Closing decisions", DECISION_COLUMNS, decided + undecided, empty="No key results."
        ),
        item_table(report, "carried-over", "Carried over", SUCCESSOR_COLUMNS, items, empty="No key results were carried over."),
        item_table(
            report,
            "to-carry-over",
            "Not carried over yet",
            {"Key result": "title"},
            waiting,
            empty="None are left to carry over.",
        ),
    )
    return Section("carried-over", "Carried over", tables, brief)
