"""The sections on reviews, their texts and their decisions."""

from collections.abc import Iterator

from projections.documents.document import Section, Table
from projections.reports.presentation.formatting import Item, Report, display_name, item_table

TEXT_TITLES = {"what_worked": "What worked", "what_did_not": "What did not work", "lessons": "Lessons"}
NO_REVIEWS = "No reviews were recorded."
REVIEW_COLUMNS = {"Held on": "held_on", "Kind": "kind", "Unit": "unit_id", "Author": "author", "Participants": "people"}
REVIEW_COLUMNS |= {"Adjustments (positions)": "positions"}
DECISION_COLUMNS = {
    "Decision": "text",
    "Unit": "unit_id",
    "Owner": "owner",
    "Deadline": "due_on",
    "Done": "done_on",
    "State": "state",
}
OPEN_DECISION_COLUMNS = {"Decision": "text", "Owner": "owner", "Deadline": "due_on", "State": "state"}


def sections(report: Report) -> Iterator[Section]:
    lessons = tuple(item["text"] for item in report["lessons"])
    yield Section("reviews", "Reviews", (_reviews_table(report), *_text_tables(report)), lessons)
    undone = [item for member in ("decisions", "earlier_decisions") for item in report[member] if not item["done_on"]]
    tables = (
        _decisions_table(report, "decisions", "Decisions made in this cycle"),
        _decisions_table(report, "earlier_decisions", "Decisions open at the start"),
    )
    yield Section("review-decisions", "Review decisions", tables, tuple(_decision_line(report, item) for item in undone))


def open_decisions_section(report: Report) -> Section:
    items, title, empty = report["decisions"], "Open decisions by deadline", "No decisions are open."
    table = item_table(report, "decisions", title, OPEN_DECISION_COLUMNS, items, empty=empty)
    return Section("review-decisions", "Open decisions", (table,), tuple(_decision_line(report, item) for item in items))


def _decision_line(report: Report, item: Item) -> str:
    due = f", deadline {item['due_on']}" if item["due_on"] else ""
    overdue = ", overdue" if item["state"] == "overdue" else ""
    return f"{display_name(report, item['owner'])}: {item['text']}{due}{overdue}"


def _reviews_table(report: Report) -> Table:
    rows = [
        {
            **review,
            "people": ", ".join(display_name(report, id) for id in review["participants"]) or None,
            "positions": ", ".join(map(str, review["adjustments"])) or None,
        }
        for review in report["reviews"]
    ]
    return item_table(report, "reviews", "Reviews", REVIEW_COLUMNS, rows, empty=NO_REVIEWS)


def _text_tables(report: Report) -> Iterator[Table]:
    for member, title in TEXT_TITLES.items():
        empty = f"{title}: none recorded." if report["reviews"] else NO_REVIEWS
        yield item_table(
            report, member.replace("_", "-"), title, {"Text": "text", "Unit": "unit_id"}, report[member], empty=empty
        )


def _decisions_table(report: Report, member: str, title: str) -> Table:
    id, empty = member.replace("_", "-"), "No review decisions were recorded."
    return item_table(report, id, title, DECISION_COLUMNS, report[member], empty=empty)
