"""The section on plan changes, with a table for each group of kinds."""

from collections.abc import Iterator

from projections.documents.document import Paragraph, Section, Table
from projections.reports.presentation.formatting import Report, item_table
from projections.text.phrases import join_with_and, pluralize, with_spaces

WEIGHT_KINDS = ("key_result_reweighted", "link_reweighted", "progress_driver_changed")
CHANGE_GROUPS = {
    "targets": ("Targets changed", ("target_moved",), "No targets were changed."),
    "dropped": ("Goals dropped", ("objective_dropped", "key_result_dropped"), "No goals were dropped."),
    "owners": ("Owners changed", ("objective_reassigned", "key_result_reassigned"), "No owners were changed."),
    "added": ("Goals added", ("objective_added", "key_result_added"), "No goals were added."),
    "link-changes": ("Links added and ended", ("linked", "link_ended"), "No links were added or ended."),
    "weights": ("Weights and progress drivers", WEIGHT_KINDS, "No weights or progress drivers were changed."),
}
GROUPED_KINDS = {kind for _, kinds, _ in CHANGE_GROUPS.values() for kind in kinds}
HIGHLIGHTED_KINDS = ("target_moved", "objective_dropped", "key_result_dropped", "objective_reassigned", "key_result_reassigned")
"""The kinds that the digest lists one by one."""
COLUMNS = {"Day": "recorded_at", "Change": "sentence", "Direction": "direction", "Reason": "reason", "Position": "position"}


def section(report: Report, *, highlights: bool = False) -> Section:
    """The changes; with `highlights`, the chat text lists the most important one by one."""
    lines = (_kinds_phrase(report), *(_highlight_lines(report) if highlights else ()))
    brief = lines if report["moved"]["count"] else ()
    return Section("plan-changes", "Plan changes", (Paragraph(_count_sentence(report)), *_tables(report)), brief)


def _count_sentence(report: Report) -> str:
    count, more = report["moved"]["count"], report["moved"]["more"]
    if not count:
        return "No goals, targets, owners or links were changed."
    left_out = f" The oldest {more} are counted but not listed." if more else ""
    return f"{pluralize(count, 'change')}: {_kinds_phrase(report)}.{left_out}"


def _kinds_phrase(report: Report) -> str:
    return join_with_and(_kind_phrase(item["kind"] or "other_change", item["count"]) for item in report["moved"]["kinds"])


def _kind_phrase(kind: str, count: int) -> str:
    """Such as `12 key results added`; for a kind without a noun, `8 linked`."""
    noun, _, verb = kind.rpartition("_")
    if noun and verb.endswith("ed") and not noun.endswith("y"):
        return f"{pluralize(count, with_spaces(noun))} {verb}"
    return f"{count} {with_spaces(kind)}"


def _highlight_lines(report: Report) -> Iterator[str]:
    for item in report["moved"]["items"]:
        if item["kind"] in HIGHLIGHTED_KINDS:
            yield item["sentence"].removesuffix(".") + (f": {item['reason']}" if item["reason"] else "")


def _tables(report: Report) -> Iterator[Table]:
    items = report["moved"]["items"]
    for id, (title, kinds, empty) in CHANGE_GROUPS.items():
        yield item_table(report, id, title, COLUMNS, [item for item in items if item["kind"] in kinds], empty=empty)
    others = [item for item in items if item["kind"] not in GROUPED_KINDS]
    yield item_table(report, "other-changes", "Other changes", COLUMNS, others, empty="No other changes.")
