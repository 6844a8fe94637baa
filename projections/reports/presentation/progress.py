"""Which goals moved since the last time, from where to where."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from projections.documents.document import Cell, ColumnKind, Section, Table
from projections.reports.presentation.formatting import Report, build_table, display_name, format_share, humanize, parse_share

TEXT, SHARE = ColumnKind.TEXT, ColumnKind.SHARE
CHANGE_COLUMNS = {"Before": SHARE, "Now": SHARE, "Health before": TEXT, "Health now": TEXT}
Item = Mapping[str, Any]


def section(report: Report) -> Section:
    told = report["progress"]
    brief = [_line(report, each) for each in sorted(told["key_results"], key=_progress_change, reverse=True)]
    return Section("changed", "Progress", (_objectives_table(report), _key_results_table(report)), tuple(brief))


def _progress_change(each: Item) -> Decimal:
    """How far it went; null counts as 0."""
    return abs((parse_share(each["after"]) or Decimal(0)) - (parse_share(each["before"]) or Decimal(0)))


def _line(report: Report, each: Item) -> str:
    turn = (
        f"{format_share(each['before'])} to {format_share(each['after'])}"
        if each["before"] is not None
        else f"now {format_share(each['after'])}"
    )
    was = f", was {humanize(each['health_before'])}" if each["health_before"] not in (None, each["health"]) else ""
    return f"{each['title']} ({display_name(report, each['owner'])}): {turn}, {humanize(each['health'])}{was}"


def _objectives_table(report: Report) -> Table:
    columns = {"Objective": TEXT, "Unit": TEXT, "Owner": TEXT, **CHANGE_COLUMNS}
    rows = [
        (each["title"], display_name(report, each["unit_id"]), display_name(report, each["owner"]), *_change_cells(each))
        for each in report["progress"]["objectives"]
    ]
    return build_table("objectives", "Objectives that moved", columns, rows)


def _key_results_table(report: Report) -> Table:
    columns = {"Key result": TEXT, "Owner": TEXT, **CHANGE_COLUMNS, "Confidence before": SHARE, "Confidence now": SHARE}
    rows = [
        (
            *(each["title"], display_name(report, each["owner"]), *_change_cells(each)),
            *(parse_share(each["confidence_before"]), parse_share(each["confidence"])),
        )
        for each in report["progress"]["key_results"]
    ]
    return build_table("key-results", "Key results that moved", columns, rows)


def _change_cells(each: Item) -> Sequence[Cell]:
    return parse_share(each["before"]), parse_share(each["after"]), humanize(each["health_before"]), humanize(each["health"])
