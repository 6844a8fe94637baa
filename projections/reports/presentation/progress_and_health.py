"""The sections on changed progress, key results that are not on track and unconfirmed dependencies."""

from decimal import Decimal

from projections.documents.document import Section
from projections.reports.presentation.formatting import (
    NO_VALUE,
    Item,
    Report,
    display_name,
    format_share,
    humanize,
    item_table,
    parse_share,
)

CHANGE_COLUMNS = {"Before": "before", "Now": "after", "Health before": "health_before", "Health now": "health"}
OBJECTIVE_COLUMNS = {"Objective": "title", "Unit": "unit_id", "Owner": "owner", **CHANGE_COLUMNS}
KEY_RESULT_COLUMNS = {"Key result": "title", "Owner": "owner", **CHANGE_COLUMNS}
KEY_RESULT_COLUMNS |= {"Confidence before": "confidence_before", "Confidence now": "confidence"}
HEALTH_COLUMNS = {"Key result": "title", "Owner": "owner", "Health": "effective", "Reported": "reported"}
HEALTH_COLUMNS |= {"Computed": "computed", "Progress": "progress", "Confidence": "confidence"}
DEPENDENCY_COLUMNS = {"Objective": "child", "Depends on": "parent", "Person-days": "capacity"}


def progress_section(report: Report) -> Section:
    objectives, key_results = report["progress"]["objectives"], report["progress"]["key_results"]
    tables = (
        item_table(report, "objectives", "Objectives changed", OBJECTIVE_COLUMNS, objectives, empty="No objective changed."),
        item_table(
            report, "key-results", "Key results changed", KEY_RESULT_COLUMNS, key_results, empty="No key result changed."
        ),
    )
    largest_first = sorted(key_results, key=_progress_change, reverse=True)
    return Section("progress", "Progress", tables, tuple(_progress_line(report, item) for item in largest_first))


def _progress_change(item: Item) -> Decimal:
    """The distance between the progress before and after; null counts as 0."""
    return abs((parse_share(item["after"]) or Decimal(0)) - (parse_share(item["before"]) or Decimal(0)))


def _progress_line(report: Report, item: Item) -> str:
    after = format_share(report, item["after"])
    progress = after if after == NO_VALUE else f"now {after}"
    if item["before"] is not None:
        progress = f"{format_share(report, item['before'])} to {after}"
    was = f", was {humanize(item['health_before'])}" if item["health_before"] not in {None, item["health"]} else ""
    return f"{item['title']} ({display_name(report, item['owner'])}): {progress}, {humanize(item['health'])}{was}"


def not_on_track_section(report: Report) -> Section:
    items, empty = report["not_on_track"], "All key results are on track, pending or closed."
    table = item_table(report, "not-on-track", "Key results not on track", HEALTH_COLUMNS, items, empty=empty)
    return Section("not-on-track", "Not on track", (table,), tuple(_not_on_track_line(report, item) for item in items))


def _not_on_track_line(report: Report, item: Item) -> str:
    reported = f", reported {humanize(item['reported'])}" if item["reported"] not in {None, item["effective"]} else ""
    progress = NO_VALUE if item["progress"] is None else f"progress {format_share(report, item['progress'])}"
    confidence = f", confidence {format_share(report, item['confidence'])}" if item["confidence"] else ""
    health = f"{humanize(item['effective'])}{reported}"
    return f"{item['title']} ({display_name(report, item['owner'])}): {health}, {progress}{confidence}"


def dependencies_section(report: Report) -> Section:
    items, title, empty = report["unconfirmed"], "Unconfirmed dependencies", "All dependencies are answered."
    table = item_table(report, "unconfirmed", title, DEPENDENCY_COLUMNS, items, empty=empty)
    return Section("unconfirmed", title, (table,), tuple(map(_dependency_line, items)))


def _dependency_line(item: Item) -> str:
    days = f" ({item['capacity']} person-days)" if item["capacity"] else ""
    return f"{item['child']} depends on {item['parent']}{days}"
