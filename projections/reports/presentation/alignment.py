"""The section on the alignment at the start and at the end."""

from collections.abc import Iterator, Mapping

from projections.documents.document import Paragraph, Part, Picture, Section, Table
from projections.reports.alignment import DrawMap
from projections.reports.presentation.formatting import Item, Report, item_table
from projections.text.phrases import pluralize

MOMENT_PHRASES = {"start": "at the start", "end": "at the end"}
OBJECTIVE_COLUMNS = {"Objective": "title", "Unit": "unit_id", "Owner": "owner", "State": "state", "Key results": "key_results"}
OBJECTIVE_COLUMNS |= {"Progress at start": "progress_at_start", "Progress at end": "progress_at_end"}
OBJECTIVE_COLUMNS |= {
    "Health at start": "health_at_start",
    "Health at end": "health_at_end",
    "Score": "score",
    "Change": "change",
}
LINK_COLUMNS = {"From": "child", "Kind": "kind", "To": "parent", "State": "state", "Weight": "weight"}
LINK_COLUMNS |= {"Person-days": "capacity", "Change": "change"}
StatePairs = list[tuple[Item | None, Item | None]]
"""Objectives or links as they stood at the start and at the end, null where they did not exist."""


def section(report: Report, maps: Mapping[str, DrawMap]) -> Section:
    objectives, links = (_pair_states(report, member) for member in ("objectives", "alignments"))
    changes = f"{_changes_phrase(objectives, 'objective')}; {_changes_phrase(links, 'link')}"
    brief = (changes,) if any(None in pair for pair in (*objectives, *links)) else ()
    tables = (_objectives_table(report, objectives), _links_table(report, links))
    parts = (Paragraph(f"Between the start and the end: {changes}."), *_map_parts(report, maps), *tables)
    return Section("alignment", "Alignment at start and end", parts, brief)


def _pair_states(report: Report, member: str) -> StatePairs:
    start, end = ({item["id"]: item for item in report["alignment"][moment][member]} for moment in MOMENT_PHRASES)
    return [(start.get(id), end.get(id)) for id in {**start, **end}]


def _changes_phrase(pairs: StatePairs, noun: str) -> str:
    if not pairs:
        return f"no {noun}s"
    added, removed = sum(start is None for start, _ in pairs), sum(end is None for _, end in pairs)
    return f"{pluralize(added, noun)} added, {removed} removed, {len(pairs) - added - removed} kept"


def _map_parts(report: Report, maps: Mapping[str, DrawMap]) -> Iterator[Part]:
    for moment, phrase in MOMENT_PHRASES.items():
        state = report["alignment"][moment]
        title = f"Alignment map {phrase} (position {state['position']})"
        counts = f"{pluralize(len(state['objectives']), 'objective')} and {pluralize(len(state['alignments']), 'link')}"
        if moment in maps:
            yield Picture(f"map-{moment}", title, maps[moment], f"{counts}.")
        else:
            yield Paragraph(f"{title}: {counts}.")


def _objectives_table(report: Report, pairs: StatePairs) -> Table:
    rows = [
        {
            **(end or start or {}),
            **{f"{name}_at_start": start and start[name] for name in ("progress", "health")},
            **{f"{name}_at_end": end and end[name] for name in ("progress", "health")},
            "change": _change_label(start, end),
        }
        for start, end in pairs
    ]
    return item_table(
        report, "objectives", "Objectives at start and end", OBJECTIVE_COLUMNS, rows, empty="There are no objectives."
    )


def _links_table(report: Report, pairs: StatePairs) -> Table:
    titles = {item["id"]: item["title"] for moment in MOMENT_PHRASES for item in report["alignment"][moment]["objectives"]}
    links = [(end or start or {}, _change_label(start, end)) for start, end in pairs]
    rows = [{**link, "child": titles[link["child_id"]], "change": change} for link, change in links]
    return item_table(report, "links", "Links at start and end", LINK_COLUMNS, rows, empty="There are no links.")


def _change_label(start: Item | None, end: Item | None) -> str | None:
    return "added" if start is None else "removed" if end is None else None
