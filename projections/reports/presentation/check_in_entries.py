"""The section on check-ins that were recorded after the cycle's end, corrected or retracted."""

from projections.documents.document import Section, Table
from projections.reports.presentation.formatting import Report, item_table
from projections.text.phrases import join_with_and

GROUP_TITLES = {"after_end": "Recorded after the cycle's end", "corrected": "Corrected", "retracted": "Retracted"}
COUNT_COLUMNS = {"Check-ins": "group", "Count": "count"}
ENTRY_COLUMNS = {"Key result": "title", "Measured on": "measured_on", "Recorded": "recorded_at", "Author": "author"}
ENTRY_COLUMNS |= {"Position": "position"}


def section(report: Report) -> Section:
    entries = report["entries"]
    rows = [{"group": "Current", "count": entries["check_ins"]}]
    rows += [{"group": title, "count": entries[group]["count"]} for group, title in GROUP_TITLES.items()]
    counts = item_table(report, "entries", "Check-ins of the cycle", COUNT_COLUMNS, rows)
    brief = [f"{row['count']} {row['group'].lower()}" for row in rows[1:] if row["count"]]
    tables = (counts, *(_group_table(report, group) for group in GROUP_TITLES))
    title = "Check-ins after the cycle's end, corrections and retractions"
    return Section("entries", title, tables, (join_with_and(brief),) if brief else ())


def _group_table(report: Report, group: str) -> Table:
    entries = report["entries"][group]
    title, empty = GROUP_TITLES[group], f"No check-ins were {GROUP_TITLES[group].lower()}."
    items, more = entries["items"], entries["more"]
    return item_table(report, f"entries-{group}", title, ENTRY_COLUMNS, items, more=more, empty=empty)
