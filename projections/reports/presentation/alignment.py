"""How the alignment turned between the start and the end, what was found, and what goes on."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from projections.documents.document import Cell, Kind, Paragraph, Part, Picture, Section, Table
from projections.reports.presentation import status
from projections.reports.presentation.formatting import Report, name, share, table, word
from projections.text.phrases import counted, listed

TEXT, SHARE, NUMBER = Kind.TEXT, Kind.SHARE, Kind.NUMBER
WHEN = {"start": "at the start", "end": "at the end"}
Turned = list[tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]]
"""Goals or links as they stood at the start and at the end."""


def sections(report: Report, maps: Mapping[str, str]) -> Iterator[Section]:
    yield _alignment(report, maps)
    yield status.findings(report)
    yield _carrying(report)
    names = tuple(f"{each['title']} ({name(report, each['owner'])})" for each in report["unscored"])
    yield Section("unscored", "Without a score", (_unscored(report),), names)


def _alignment(report: Report, maps: Mapping[str, str]) -> Section:
    goals, links = (_turned(report, which) for which in ("objectives", "alignments"))
    turned = f"{_came(goals, 'objective')}; {_came(links, 'link')}"
    brief = (turned,) if any(None in each for each in (*goals, *links)) else ()
    parts = (Paragraph(f"Between the start and the end {turned}."), *_maps(report, maps), _goals(report, goals))
    return Section("alignment", "The alignment map, then and now", (*parts, _links(report, links)), brief)


def _turned(report: Report, which: str) -> Turned:
    told = report["alignment"]
    then, now = ({each["id"]: each for each in told[when][which]} for when in WHEN)
    return [(then.get(id), now.get(id)) for id in {**then, **now}]


def _came(turned: Turned, noun: str) -> str:
    if not turned:
        return f"no {noun}s"
    came, went = (sum(each[place] is None for each in turned) for place in (0, 1))
    return f"{counted(came, noun)} came, {went} went, {len(turned) - came - went} stayed"


def _maps(report: Report, maps: Mapping[str, str]) -> Iterator[Part]:
    for which, when in WHEN.items():
        told = report["alignment"][which]
        said = f"{counted(len(told['objectives']), 'objective')} and {counted(len(told['alignments']), 'link')}"
        if which in maps:
            yield Picture(f"map-{which}", f"The map {when}, position {told['position']}", maps[which], f"{said}.")
        else:
            yield Paragraph(f"{when.capitalize()}, at position {told['position']}: {said}.")


def _goals(report: Report, turned: Turned) -> Table:
    columns = {"Objective": TEXT, "Unit": TEXT, "Owner": TEXT, "State": TEXT, "Key results": NUMBER}
    columns |= {"Progress then": SHARE, "Progress now": SHARE, "Health then": TEXT, "Health now": TEXT, "Score": SHARE}
    columns |= {"Came or went": TEXT}
    return table("objectives", "Objectives then and now", columns, [_goal(report, then, now) for then, now in turned])


def _goal(report: Report, then: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> Sequence[Cell]:
    each: Mapping[str, Any] = now or then or {}
    progress = (share(one["progress"]) if one else None for one in (then, now))
    health = (word(one["health"]) if one else None for one in (then, now))
    whose = (name(report, each["unit_id"]), name(report, each["owner"]), each["state"])
    return (each["title"], *whose, each["key_results"], *progress, *health, share(each["score"]), _turn(then, now))


def _turn(then: object, now: object) -> str | None:
    return "came" if then is None else "went" if now is None else None


def _links(report: Report, turned: Turned) -> Table:
    told = report["alignment"]
    titles = {each["id"]: each["title"] for which in WHEN for each in told[which]["objectives"]}
    columns = {"From": TEXT, "Kind": TEXT, "To": TEXT, "State": TEXT, "Weight": SHARE, "Person-days": NUMBER}
    rows = [_link(titles, then, now) for then, now in turned]
    return table("links", "Links then and now", columns | {"Came or went": TEXT}, rows)


def _link(titles: Mapping[str, str], then: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> Sequence[Cell]:
    each: Mapping[str, Any] = now or then or {}
    load = (share(each["weight"]), share(each["capacity"]))
    return (titles[each["child_id"]], each["kind"], each["parent"], each["state"], *load, _turn(then, now))


def _carrying(report: Report) -> Section:
    told = report["carried_over"]
    decided = [f"{word(each['decision'])} {each['count']}" for each in told["decisions"] if each["count"]]
    brief = (f"decided: {listed(decided)}",) if decided else ()
    waiting = tuple(f"still to be carried over: {each['title']}" for each in told["wanted"])
    return Section("carried-over", "What carries over", (_decided(report), _carried(report), _wanted(report)), brief + waiting)


def _decided(report: Report) -> Table:
    told = report["carried_over"]
    counts = [*((word(each["decision"]), each["count"]) for each in told["decisions"]), ("nothing", told["undecided"])]
    rows = [(decision, count) for decision, count in counts if count]
    return table("decided", "Decided about key results", {"Decision": TEXT, "Key results": NUMBER}, rows)


def _carried(report: Report) -> Table:
    rows = [(each["origin_title"], each["title"]) for each in report["carried_over"]["items"]]
    return table("carried", "Carried on by a new key result", {"Key result": TEXT, "Carried on as": TEXT}, rows)


def _wanted(report: Report) -> Table:
    rows = [(each["title"],) for each in report["carried_over"]["wanted"]]
    return table("wanted", "Still to be carried over", {"Key result": TEXT}, rows)


def _unscored(report: Report) -> Table:
    rows = [(each["title"], name(report, each["owner"])) for each in report["unscored"]]
    return table("unscored", "Key results without a score", {"Key result": TEXT, "Owner": TEXT}, rows)
