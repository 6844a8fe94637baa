"""What moved and why, a table for each sort."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from projections.documents.document import Cell, Kind, Paragraph, Section, Table
from projections.reports.presentation.formatting import Report, day, table
from projections.text.phrases import counted, listed, spaced

SORTS = {
    "goalposts": ("Goalposts moved", ("target_moved",)),
    "dropped": ("Dropped", ("objective_dropped", "key_result_dropped")),
    "reassigned": ("Handed to somebody else", ("objective_reassigned", "key_result_reassigned")),
    "added": ("Added", ("objective_added", "key_result_added")),
    "re-linked": ("Linked and unlinked", ("linked", "link_ended")),
    "re-weighted": ("Weights and drivers", ("key_result_reweighted", "link_reweighted", "progress_driver_changed")),
}
SORTED = {kind for _, kinds in SORTS.values() for kind in kinds}
TELLING = ("target_moved", "objective_dropped", "key_result_dropped", "objective_reassigned", "key_result_reassigned")
"""What a team wants to hear of one by one."""
COLUMNS = {"Day": Kind.DAY, "What": Kind.TEXT, "Which way": Kind.TEXT, "Why": Kind.TEXT, "Position": Kind.NUMBER}


def section(report: Report) -> Section:
    brief = (_kinds(report),) if report["moved"]["count"] else ()
    return Section("moved", "What moved, and why", (Paragraph(_counted(report)), *_tables(report)), brief)


def news(report: Report) -> Section:
    """The same, for those who hear of it every week."""
    brief = (_kinds(report), *_lines(report)) if report["moved"]["count"] else ()
    return Section("moved", "Goals that changed", (Paragraph(_counted(report)), *_tables(report)), brief)


def _counted(report: Report) -> str:
    moved = report["moved"]
    if not moved["count"]:
        return "No goal, target, hand or link was changed."
    left_out = f" The oldest {moved['more']} are counted here and not told below." if moved["more"] else ""
    return f"{counted(moved['count'], 'change')}: {_kinds(report)}.{left_out}"


def _kinds(report: Report) -> str:
    return listed(_kind(each["kind"] or "other_change", each["count"]) for each in report["moved"]["kinds"])


def _kind(kind: str, count: int) -> str:
    """`12 key results added`; where the kind names no thing and what became of it, `8 linked`."""
    noun, _, turn = kind.rpartition("_")
    if noun and turn.endswith("ed") and not noun.endswith("y"):
        return f"{counted(count, spaced(noun))} {turn}"
    return f"{count} {spaced(kind)}"


def _lines(report: Report) -> Iterator[str]:
    for item in report["moved"]["items"]:
        if item["kind"] in TELLING:
            yield item["sentence"].removesuffix(".") + (f": {item['reason']}" if item["reason"] else "")


def _tables(report: Report) -> Iterator[Table]:
    told = report["moved"]["items"]
    for id, (title, kinds) in SORTS.items():
        yield _table(id, title, [item for item in told if item["kind"] in kinds])
    yield _table("otherwise", "Changed otherwise", [item for item in told if item["kind"] not in SORTED])


def _table(id: str, title: str, items: Sequence[Mapping[str, Any]]) -> Table:
    return table(id, title, COLUMNS, [_row(item) for item in items])


def _row(item: Mapping[str, Any]) -> Sequence[Cell]:
    return day(item["recorded_at"]), item["sentence"], item["direction"], item["reason"], item["position"]
