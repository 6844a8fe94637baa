"""How the alignment turned between the start and the end, what was found, and what goes on."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from projections.documents.document import Cell, ColumnKind, Paragraph, Part, Picture, Section, Table
from projections.reports.presentation import status
from projections.reports.presentation.formatting import Report, build_table, display_name, humanize, parse_share
from projections.text.phrases import join_with_and, pluralize

TEXT, SHARE, NUMBER = ColumnKind.TEXT, ColumnKind.SHARE, ColumnKind.NUMBER
MOMENT_PHRASES = {"start": "at the start", "end": "at the end"}
StatePairs = list[tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]]
"""Goals or links as they stood at the start and at the end."""


def sections(report: Report, maps: Mapping[str, str]) -> Iterator[Section]:
    yield _alignment_section(report, maps)
    yield status.findings_section(report)
    yield _carry_over_section(report)
    names = tuple(f"{each['title']} ({display_name(report, each['owner'])})" for each in report["unscored"])
    yield Section("unscored", "Without a score", (_unscored_table(report),), names)


def _alignment_section(report: Report, maps: Mapping[str, str]) -> Section:
    goals, links = (_pair_states(report, which) for which in ("objectives", "alignments"))
    turned = f"{_changes_phrase(goals, 'objective')}; {_changes_phrase(links, 'link')}"
    brief = (turned,) if any(None in each for each in (*goals, *links)) else ()
    parts = (Paragraph(f"Between the start and the end {turned}."), *_map_parts(report, maps), _objectives_table(report, goals))
    return Section("alignment", "The alignment map, then and now", (*parts, _links_table(report, links)), brief)


def _pair_states(report: Report, which: str) -> StatePairs:
    told = report["alignment"]
    then, now = ({each["id"]: each for each in told[when][which]} for when in MOMENT_PHRASES)
    return [(then.get(id), now.get(id)) for id in {**then, **now}]


def _changes_phrase(turned: StatePairs, noun: str) -> str:
    if not turned:
        return f"no {noun}s"
    came, went = (sum(each[place] is None for each in turned) for place in (0, 1))
    return f"{pluralize(came, noun)} came, {went} went, {len(turned) - came - went} stayed"


def _map_parts(report: Report, maps: Mapping[str, str]) -> Iterator[Part]:
    for which, when in MOMENT_PHRASES.items():
        told = report["alignment"][which]
        said = f"{pluralize(len(told['objectives']), 'objective')} and {pluralize(len(told['alignments']), 'link')}"
        if which in maps:
            yield Picture(f"map-{which}", f"The map {when}, position {told['position']}", maps[which], f"{said}.")
        else:
            yield Paragraph(f"{when.capitalize()}, at position {told['position']}: {said}.")


def _objectives_table(report: Report, turned: StatePairs) -> Table:
    columns = {"Objective": TEXT, "Unit": TEXT, "Owner": TEXT, "State": TEXT, "Key results": NUMBER}
    columns |= {"Progress then": SHARE, "Progress now": SHARE, "Health then": TEXT, "Health now": TEXT, "Score": SHARE}
    columns |= {"Came or went": TEXT}
    return build_table(
        "objectives", "Objectives then and now", columns, [_objective_row(report, then, now) for then, now in turned]
    )


def _objective_row(report: Report, then: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> Sequence[Cell]:
    each: Mapping[str, Any] = now or then or {}
    progress = (parse_share(one["progress"]) if one else None for one in (then, now))
    health = (humanize(one["health"]) if one else None for one in (then, now))
    whose = (display_name(report, each["unit_id"]), display_name(report, each["owner"]), each["state"])
    return (
        each["title"],
        *whose,
        each["key_results"],
        *progress,
        *health,
        parse_share(each["score"]),
        _change_label(then, now),
    )


def _change_label(then: object, now: object) -> str | None:
    return "came" if then is None else "went" if now is None else None


def _links_table(report: Report, turned: StatePairs) -> Table:
    told = report["alignment"]
    titles = {each["id"]: each["title"] for which in MOMENT_PHRASES for each in told[which]["objectives"]}
    columns = {"From": TEXT, "Kind": TEXT, "To": TEXT, "State": TEXT, "Weight": SHARE, "Person-days": NUMBER}
    rows = [_link_row(titles, then, now) for then, now in turned]
    return build_table("links", "Links then and now", columns | {"Came or went": TEXT}, rows)


def _link_row(titles: Mapping[str, str], then: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> Sequence[Cell]:
    each: Mapping[str, Any] = now or then or {}
    load = (parse_share(each["weight"]), parse_share(each["capacity"]))
    return (titles[each["child_id"]], each["kind"], each["parent"], each["state"], *load, _change_label(then, now))


def _carry_over_section(report: Report) -> Section:
    told = report["carried_over"]
    decided = [f"{humanize(each['decision'])} {each['count']}" for each in told["decisions"] if each["count"]]
    brief = (f"decided: {join_with_and(decided)}",) if decided else ()
    waiting = tuple(f"still to be carried over: {each['title']}" for each in told["wanted"])
    return Section(
        "carried-over",
        "What carries over",
        (_decisions_table(report), _carried_over_table(report), _pending_carry_over_table(report)),
        brief + waiting,
    )


def _decisions_table(report: Report) -> Table:
    told = report["carried_over"]
    counts = [*((humanize(each["decision"]), each["count"]) for each in told["decisions"]), ("nothing", told["undecided"])]
    rows = [(decision, count) for decision, count in counts if count]
    return build_table("decided", "Decided about key results", {"Decision": TEXT, "Key results": NUMBER}, rows)


def _carried_over_table(report: Report) -> Table:
    rows = [(each["origin_title"], each["title"]) for each in report["carried_over"]["items"]]
    return build_table("carried", "Carried on by a new key result", {"Key result": TEXT, "Carried on as": TEXT}, rows)


def _pending_carry_over_table(report: Report) -> Table:
    rows = [(each["title"],) for each in report["carried_over"]["wanted"]]
    return build_table("wanted", "Still to be carried over", {"Key result": TEXT}, rows)


def _unscored_table(report: Report) -> Table:
    rows = [(each["title"], display_name(report, each["owner"])) for each in report["unscored"]]
    return build_table("unscored", "Key results without a score", {"Key result": TEXT, "Owner": TEXT}, rows)
