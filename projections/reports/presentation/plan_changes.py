"""What moved and why, a table for each sort."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from projections.documents.document import Cell, ColumnKind, Paragraph, Section, Table
from projections.reports.presentation.formatting import Report, build_table, utc_day
from projections.text.phrases import join_with_and, pluralize, with_spaces

CHANGE_GROUPS = {
    "goalposts": ("Goalposts moved", ("target_moved",)),
    "dropped": ("Dropped", ("objective_dropped", "key_result_dropped")),
    "reassigned": ("Handed to somebody else", ("objective_reassigned", "key_result_reassigned")),
    "added": ("Added", ("objective_added", "key_result_added")),
    "re-linked": ("Linked and unlinked", ("linked", "link_ended")),
    "re-weighted": ("Weights and drivers", ("key_result_reweighted", "link_reweighted", "progress_driver_changed")),
}
GROUPED_KINDS = {kind for _, kinds in CHANGE_GROUPS.values() for kind in kinds}
HIGHLIGHTED_KINDS = ("target_moved", "objective_dropped", "key_result_dropped", "objective_reassigned", "key_result_reassigned")
"""What a team wants to hear of one by one."""
COLUMNS = {
    "Day": ColumnKind.DAY,
    "What": ColumnKind.TEXT,
    "Which way": ColumnKind.TEXT,
    "Why": ColumnKind.TEXT,
    "Position": ColumnKind.NUMBER,
}


def section(report: Report) -> Section:
    brief = (_kinds_phrase(report),) if report["moved"]["count"] else ()
    return Section("moved", "What moved, and why", (Paragraph(_count_sentence(report)), *_tables(report)), brief)


def digest_section(report: Report) -> Section:
    """The same, for those who hear of it every week."""
    brief = (_kinds_phrase(report), *_highlight_lines(report)) if report["moved"]["count"] else ()
    return Section("moved", "Goals that changed", (Paragraph(_count_sentence(report)), *_tables(report)), brief)


def _count_sentence(report: Report) -> str:
    moved = report["moved"]
    if not moved["count"]:
        return "No goal, target, hand or link was changed."
    left_out = f" The oldest {moved['more']} are counted here and not told below." if moved["more"] else ""
    return f"{pluralize(moved['count'], 'change')}: {_kinds_phrase(report)}.{left_out}"


def _kinds_phrase(report: Report) -> str:
    return join_with_and(_kind_phrase(each["kind"] or "other_change", each["count"]) for each in report["moved"]["kinds"])


def _kind_phrase(kind: str, count: int) -> str:
    """`12 key results added`; where the kind names no thing and what became of it, `8 linked`."""
    noun, _, turn = kind.rpartition("_")
    if noun and turn.endswith("ed") and not noun.endswith("y"):
        return f"{pluralize(count, with_spaces(noun))} {turn}"
    return f"{count} {with_spaces(kind)}"


def _highlight_lines(report: Report) -> Iterator[str]:
    for item in report["moved"]["items"]:
        if item["kind"] in HIGHLIGHTED_KINDS:
            yield item["sentence"].removesuffix(".") + (f": {item['reason']}" if item["reason"] else "")


def _tables(report: Report) -> Iterator[Table]:
    told = report["moved"]["items"]
    for id, (title, kinds) in CHANGE_GROUPS.items():
        yield _changes_table(id, title, [item for item in told if item["kind"] in kinds])
    yield _changes_table("otherwise", "Changed otherwise", [item for item in told if item["kind"] not in GROUPED_KINDS])


def _changes_table(id: str, title: str, items: Sequence[Mapping[str, Any]]) -> Table:
    return build_table(id, title, COLUMNS, [_row(item) for item in items])


def _row(item: Mapping[str, Any]) -> Sequence[Cell]:
    return utc_day(item["recorded_at"]), item["sentence"], item["direction"], item["reason"], item["position"]
