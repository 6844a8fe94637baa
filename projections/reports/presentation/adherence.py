"""The sections on check-in adherence by due day, unit and owner, and on the check-ins that are due."""

from collections.abc import Iterator, Sequence

from projections.documents.document import Chart, Meaning, Section, Table
from projections.reports.presentation.formatting import Item, Report, display_name, item_table
from projections.text.phrases import pluralize

STATE_COLUMNS = {"On time": "on_time", "Late": "late", "Missed": "missed", "Pending": "pending", "Done ahead": "done"}
ANSWERED_STATES = ("on_time", "done")
PAST_STATES = ("On time", "Late", "Missed", "Pending")
STATE_MEANINGS = (Meaning.GOOD, Meaning.WARNING, Meaning.BAD, Meaning.OPEN)
ADHERENCE_COLUMNS = {**STATE_COLUMNS, "Adherence": "adherence", "Current streak": "current", "Longest streak": "longest"}
DUE_COLUMNS = {"Due day": "due_on", "Key result": "title", "Owner": "owner", "State": "state", "Next due day": "next_due_on"}
DUE_COLUMNS |= {"Missed": "missed_days"}


def section(report: Report) -> Section:
    parts = (_due_days_chart(report), _units_table(report), _owners_table(report))
    return Section("adherence", "Check-in adherence", parts, ())


def due_section(report: Report) -> Section:
    """The check-ins that are due or overdue."""
    rows = [{**item, "missed_days": ", ".join(item["missed_on"])} for item in report["due"]]
    table = item_table(report, "due", "Check-ins due", DUE_COLUMNS, rows, empty="No check-ins are due.")
    return Section("due", "Check-ins due", (table,), tuple(_due_lines(report)))


def _due_lines(report: Report) -> Iterator[str]:
    """The missed check-ins by due day and owner, then the next due day."""
    missed: dict[tuple[str, str], list[str]] = {}
    for item in report["due"]:
        if item["state"] == "missed":
            missed.setdefault((item["due_on"], display_name(report, item["owner"])), []).append(item["title"])
    for (due_on, owner), titles in missed.items():
        yield f"{owner}, missed on {due_on}: {', '.join(titles)}"
    if coming := [item for item in report["due"] if item["next_due_on"]]:
        next_day = min(item["next_due_on"] for item in coming)
        yield _next_due_line(next_day, [item for item in coming if item["next_due_on"] == next_day])


def _next_due_line(day: str, items: Sequence[Item]) -> str:
    received = sum(item["due_on"] == day and item["state"] in ANSWERED_STATES for item in items)
    count = "all" if received == len(items) else received or "none"
    return f"next due {day}: {pluralize(len(items), 'check-in')}, {count} received"


def _due_days_chart(report: Report) -> Chart:
    """The due days up to the effective day; the number of later ones is a note."""
    days = report["adherence"]["days"]
    past = [day for day in days if day["day"] <= report["effective_on"] or day["on_time"] + day["late"] + day["missed"]]
    ahead = len(days) - len(past)
    note = f"{pluralize(ahead, 'due day')} after {report['effective_on']} left out." if ahead else None
    columns, empty = {"Due day": "day", **STATE_COLUMNS}, "No due day has passed."
    table = item_table(report, "due-days", "Check-ins by due day", columns, past, note=note, empty=empty)
    return Chart(
        *("due-days-chart", "Check-ins on time, late and missed", table, "stacked", "Due day", PAST_STATES),
        meanings=STATE_MEANINGS,
    )


def _units_table(report: Report) -> Table:
    units = [{"unit": display_name(report, item["unit_id"]), **item} for item in report["adherence"]["units"]]
    units += [{"unit": "All units", **report["adherence"]["total"]}] if len(units) != 1 else []
    return _adherence_table(report, "unit", units)


def _owners_table(report: Report) -> Table:
    return _adherence_table(report, "owner", report["adherence"]["owners"])


def _adherence_table(report: Report, group: str, items: Sequence[Item]) -> Table:
    columns, rows = {group.capitalize(): group, **ADHERENCE_COLUMNS}, [{**item, **item["streak"]} for item in items]
    title, empty = f"Adherence by {group}", "No check-in was due."
    return item_table(report, f"adherence-{group}s", title, columns, rows, empty=empty)
