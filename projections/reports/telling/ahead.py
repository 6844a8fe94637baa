"""How the alignment stood at the start and at the end, what was found, and what goes on."""

from collections.abc import Iterator, Mapping
from typing import Any

from projections.documents.document import Kind, Paragraph, Part, Picture, Section, Table
from projections.reports.telling import standing
from projections.reports.telling.words import Report, name, share, table, word
from projections.wording import counted

TEXT, SHARE, NUMBER = Kind.TEXT, Kind.SHARE, Kind.NUMBER
WHEN = {"start": "At the start", "end": "At the end"}


def sections(report: Report, maps: Mapping[str, str]) -> Iterator[Section]:
    for which, title in WHEN.items():
        yield Section(f"alignment-{which}", f"Alignment {title.lower()}", tuple(_map(report, maps, which)))
    yield standing.findings(report)
    yield Section("carried-over", "What carries over", (_decided(report), _carried(report), _wanted(report)))
    yield Section("unscored", "Without a score", (_unscored(report),))


def _map(report: Report, maps: Mapping[str, str], which: str) -> Iterator[Part]:
    told = report["alignment"][which]
    if which in maps:
        yield Picture(f"map-{which}", f"The alignment map, position {told['position']}", maps[which], _alternative(told))
    else:
        yield Paragraph(_alternative(told))
    yield _objectives(report, told, which)
    yield _links(told, which)


def _alternative(told: Mapping[str, Any]) -> str:
    links = counted(len(told["alignments"]), "link")
    return f"{counted(len(told['objectives']), 'objective')} and {links} as of position {told['position']}."


def _objectives(report: Report, told: Mapping[str, Any], which: str) -> Table:
    columns = {"Objective": TEXT, "Unit": TEXT, "Owner": TEXT, "State": TEXT, "Progress": SHARE, "Health": TEXT}
    columns |= {"Key results": NUMBER}
    rows = [
        (
            *(each["title"], name(report, each["unit_id"]), name(report, each["owner"]), each["state"]),
            *(share(each["progress"]), word(each["health"]), each["key_results"]),
        )
        for each in told["objectives"]
    ]
    return table(f"objectives-{which}", "Objectives", columns, rows)


def _links(told: Mapping[str, Any], which: str) -> Table:
    titles = {each["id"]: each["title"] for each in told["objectives"]}
    rows = [
        (titles.get(each["child_id"], each["child_id"]), each["kind"], titles.get(each["parent_id"], each["parent_id"]))
        for each in told["alignments"]
    ]
    return table(f"links-{which}", "Links", {"From": TEXT, "Kind": TEXT, "To": TEXT}, rows)


def _decided(report: Report) -> Table:
    told = report["carried_over"]
    rows = [(word(each["decision"]), each["count"]) for each in told["decisions"]] + [("nothing", told["undecided"])]
    return table("decided", "What was decided about key results", {"Decision": TEXT, "Key results": NUMBER}, rows)


def _carried(report: Report) -> Table:
    rows = [(each["origin_title"], each["title"]) for each in report["carried_over"]["items"]]
    return table("carried", "Carried on by a new key result", {"Key result": TEXT, "Carried on as": TEXT}, rows)


def _wanted(report: Report) -> Table:
    rows = [(each["title"],) for each in report["carried_over"]["wanted"]]
    return table("wanted", "To be carried over, and not done yet", {"Key result": TEXT}, rows)


def _unscored(report: Report) -> Table:
    rows = [(each["title"], name(report, each["owner"])) for each in report["unscored"]]
    return table("unscored", "Key results without a score", {"Key result": TEXT, "Owner": TEXT}, rows)
