"""The section that compares reported and computed health."""

from projections.documents.document import Paragraph, Section
from projections.reports.presentation.formatting import Report, humanize, item_table
from projections.text.phrases import join_with_and

COMPARISON_COLUMNS = {"Reported": "reported", "On track": "on_track", "At risk": "at_risk", "Off track": "off_track"}
COMPARISON_COLUMNS |= {"Pending": "pending"}
MISMATCH_COLUMNS = {"Key result": "title", "Reported": "reported", "Computed": "computed"}


def section(report: Report) -> Section:
    health = report["health"]
    counts = join_with_and(f"{humanize(name)} {count}" for name, count in health["effective"].items())
    paragraphs = (Paragraph(f"Effective health: {counts}."),) if health["effective"] else ()
    rows = [{**row, "reported": row["reported"] or "not reported"} for row in health["table"]]
    mismatches, empty = health["mismatches"], "Reported and computed health agree."
    tables = (
        item_table(report, "health", "Reported by computed health", COMPARISON_COLUMNS, rows),
        item_table(report, "mismatches", "Health mismatches", MISMATCH_COLUMNS, mismatches, empty=empty),
    )
    brief = (
        f"{item['title']}: reported {humanize(item['reported'])}, computed {humanize(item['computed'])}" for item in mismatches
    )
    return Section("health", "Reported and computed health", (*paragraphs, *tables), tuple(brief))
