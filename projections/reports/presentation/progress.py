"""Which goals moved since the last time, from where to where."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from projections.documents.document import Cell, Kind, Section, Table
from projections.reports.presentation.formatting import Report, name, share, table, two, word

TEXT, SHARE = Kind.TEXT, Kind.SHARE
MOVED = {"Before": SHARE, "Now": SHARE, "Health before": TEXT, "Health now": TEXT}
Each = Mapping[str, Any]


def section(report: Report) -> Section:
    told = report["progress"]
    brief = [_line(report, each) for each in sorted(told["key_results"], key=_distance, reverse=True)]
    return Section("changed", "Progress", (_objectives(report), _key_results(report)), tuple(brief))


def _distance(each: Each) -> Decimal:
    """How far it went; null counts as 0."""
    return abs((share(each["after"]) or Decimal(0)) - (share(each["before"]) or Decimal(0)))


def _line(report: Report, each: Each) -> str:
    turn = f"{two(each['before'])} to {two(each['after'])}" if each["before"] is not None else f"now {two(each['after'])}"
    was = f", was {word(each['health_before'])}" if each["health_before"] not in (None, each["health"]) else ""
    return f"{each['title']} ({name(report, each['owner'])}): {turn}, {word(each['health'])}{was}"


def _objectives(report: Report) -> Table:
    columns = {"Objective": TEXT, "Unit": TEXT, "Owner": TEXT, **MOVED}
    rows = [
        (each["title"], name(report, each["unit_id"]), name(report, each["owner"]), *_moved(each))
        for each in report["progress"]["objectives"]
    ]
    return table("objectives", "Objectives that moved", columns, rows)


def _key_results(report: Report) -> Table:
    columns = {"Key result": TEXT, "Owner": TEXT, **MOVED, "Confidence before": SHARE, "Confidence now": SHARE}
    rows = [
        (
            *(each["title"], name(report, each["owner"]), *_moved(each)),
            *(share(each["confidence_before"]), share(each["confidence"])),
        )
        for each in report["progress"]["key_results"]
    ]
    return table("key-results", "Key results that moved", columns, rows)


def _moved(each: Each) -> Sequence[Cell]:
    return share(each["before"]), share(each["after"]), word(each["health_before"]), word(each["health"])
