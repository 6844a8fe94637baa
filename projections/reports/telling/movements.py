"""What moved and why, a table for each sort."""

from collections.abc import Mapping, Sequence
from typing import Any

from projections.documents.document import Cell, Kind, Paragraph, Section, Table
from projections.reports.telling.words import Report, day, name, table, word
from projections.wording import counted, listed

SORTS = {
    "goalposts": ("Goalposts moved", ("target_moved",)),
    "added": ("Added", ("objective_added", "key_result_added")),
    "dropped": ("Dropped", ("objective_dropped", "key_result_dropped")),
    "reassigned": ("Handed to somebody else", ("objective_reassigned", "key_result_reassigned")),
    "re-linked": ("Linked and unlinked", ("linked", "link_ended")),
    "re-weighted": ("Weights and drivers", ("key_result_reweighted", "link_reweighted", "progress_driver_changed")),
}
COLUMNS = {"Day": Kind.DAY, "Position": Kind.NUMBER, **dict.fromkeys(("What", "Which way", "Who", "Why"), Kind.TEXT)}


def section(report: Report) -> Section:
    tables = [_table(report, id, title, kinds) for id, (title, kinds) in SORTS.items()]
    return Section("moved", "What moved, and why", (Paragraph(_counted(report)), *tables))


def _counted(report: Report) -> str:
    moved = report["moved"]
    if not moved["count"]:
        return "Nothing was changed after the start."
    kinds = listed(f"{word(each['kind'])} {each['count']}" for each in moved["kinds"])
    left_out = f" The oldest {moved['more']} are counted here and not told below." if moved["more"] else ""
    return f"{counted(moved['count'], 'change')} after the start: {kinds}.{left_out}"


def _table(report: Report, id: str, title: str, kinds: Sequence[str]) -> Table:
    rows = [_row(report, item) for item in report["moved"]["items"] if item["kind"] in kinds]
    return table(id, title, COLUMNS, rows)


def _row(report: Report, item: Mapping[str, Any]) -> Sequence[Cell]:
    who = name(report, item["actor"])
    return day(item["recorded_at"]), item["position"], item["sentence"], item["direction"], who, item["reason"]
