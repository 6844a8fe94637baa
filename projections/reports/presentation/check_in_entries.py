"""The section on check-ins that were late, corrected or retracted."""

from projections.documents.document import Section, Table
from projections.reports.presentation.formatting import Report, item_table
from projections.text.phrases import join_with_and

GROUP_TITLES = {"late": "Recorded after the cycle's end", "corrected": "Corrected", "retracted": "Retracted"}
COUNT_COLUMNS = {"Check-ins": "group", "Count": "count"}
ENTRY_COLUMNS = {"Key result": "title", "Measured on": "measured_on", "Recorded": "recorded_at", "Author": "author"}
ENTRY_COLUMNS |= {"Position": "position"}


def section(report: Report) -> Section:
    entries = report["entries"]
    rows = [{"group": "Current", "count": entries["check_ins"]}]
    rows += [{"group": title, "count": entries[group]["count"]} for group, title in GROUP_TITLES.items()]
    counts = item_table(report, "entries", "Check-ins of the cycle", COUNT_COLUMNS, rows)
    brief = join_with_and(f"{entries[group]['count']} {group}" for group in GROUP_TITLES if entries[group]["count"])
    tables = (counts, *(_group_table(report, group) for group in GROUP_TITLES))
    return Section("entries", "Late and corrected check-ins", tables, (brief,) if any(row["count"] for row in rows[1:]) else ())


def _group_table(report: Report, group: str) -> Table:
    entries = report["entries"][group]
    title, empty = GROUP_TITLES[group], f"No check-ins were {'recorded late' if group == 'late' else group}."
    items, more = entries["items"], entries["more"]
    return item_table(report, f"entries-{group}", title, ENTRY_COLUMNS, items, more=more, empty=empty)
