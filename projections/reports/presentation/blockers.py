"""The sections on blockers: those of the reporting window, and those that are open."""

from decimal import Decimal

from projections.documents.document import Paragraph, Section
from projections.reports.presentation.formatting import Item, Report, display_name, item_table
from projections.text.phrases import join_with_and, pluralize
from projections.text.rounding import round_half_up

COLUMNS = {"Key result": "title", "Kind": "kind", "Description": "text", "Owner": "owner", "Opened": "opened_at"}


def section(report: Report) -> Section:
    blockers = report["blockers"]
    columns = {**COLUMNS, "Resolved": "resolved_on", "Days": "age_days"}
    items, more, empty = blockers["items"], blockers["more"], "No blockers were reported."
    table = item_table(report, "blockers", "Blockers, oldest first", columns, items, more=more, empty=empty)
    brief = tuple(_line(report, item) for item in items if item["state"] == "open")
    return Section("blockers", "Blockers", (Paragraph(_ages_sentence(blockers)), table) if items else (table,), brief)


def open_section(report: Report) -> Section:
    items, columns = report["blocked"], {**COLUMNS, "Days": "age_days"}
    table = item_table(report, "blockers", "Open blockers, oldest first", columns, items, empty="No blockers are open.")
    return Section("blockers", "Blockers", (table,), tuple(_line(report, item) for item in items))


def _line(report: Report, item: Item) -> str:
    owner, age = display_name(report, item["owner"]), pluralize(item["age_days"], "day")
    return f"{item['title']}: {item['text']} ({owner}, {age})"


def _ages_sentence(blockers: Item) -> str:
    counts = (f"{blockers[state]} {state}{_age_phrase(blockers[f'mean_age_of_{state}'])}" for state in ("open", "resolved"))
    return f"{join_with_and(counts)}."


def _age_phrase(age: str | None) -> str:
    return "" if age is None else f" (mean age {round_half_up(Decimal(age), 1)} days)"
