"""What stood in the way, what was put right, what people were glad of, and what reviews said."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from projections.documents.document import Bullets, Kind, Section, Table
from projections.reports.telling import standing
from projections.reports.telling.words import Report, day, name, table, word

TEXT, DAY, NUMBER = Kind.TEXT, Kind.DAY, Kind.NUMBER


def sections(report: Report) -> Iterator[Section]:
    yield Section("blockers", "What stood in the way", (_blockers(report),))
    entries = [_entries(report, which) for which in ("late", "corrected", "retracted")]
    yield Section("entries", "Late and corrected entries", (standing.entries(report), *entries))
    yield Section("wins", "Wins and celebrations", (Bullets(tuple(_wins(report))), Bullets(tuple(_remarks(report)))))
    yield Section("lessons", "What reviews said", tuple(_lessons(report)))
    made = _decisions(report, "decisions", "Made in this cycle")
    yield Section("decisions", "Decisions", (made, _decisions(report, "earlier_decisions", "Open from before")))


def _blockers(report: Report) -> Table:
    told = report["blockers"]
    columns = {"Key result": TEXT, "Kind": TEXT, "What": TEXT, "Owner": TEXT, "Opened": DAY, "Resolved": DAY, "Days": NUMBER}
    rows = [
        (
            *(each["title"], word(each["kind"]), each["text"], name(report, each["owner"])),
            *(day(each["opened_at"]), each["resolved_on"], each["age_days"]),
        )
        for each in told["items"]
    ]
    return table("blockers", "Blockers, the longest first", columns, rows, more=told["more"])


def _entries(report: Report, which: str) -> Table:
    told = report["entries"][which]
    columns = {"Key result": TEXT, "Measured on": DAY, "Recorded": DAY, "Position": NUMBER, "By": TEXT}
    rows = [
        (each["title"], each["measured_on"], day(each["recorded_at"]), each["position"], name(report, each["author"]))
        for each in told["items"]
    ]
    titles = {"late": "Recorded after the cycle's end", "corrected": "Corrected", "retracted": "Retracted"}
    return table(f"entries-{which}", titles[which], columns, rows, more=told["more"])


def _wins(report: Report) -> Iterator[str]:
    for each in report["wins"]["items"]:
        yield f"{each['title']}, {each['measured_on']}: {each['text']} ({name(report, each['author'])})"
    if more := report["wins"]["more"]:
        yield f"{more} older check-ins with wins are left out."


def _remarks(report: Report) -> Iterator[str]:
    for each in report["celebrations"]:
        yield f"{name(report, each['author'])} on {each['title']}: {each['text']}"


def _lessons(report: Report) -> Iterator[Table]:
    for which, title in (("what_worked", "What worked"), ("what_did_not", "What did not"), ("lessons", "Lessons")):
        rows = [(name(report, each["unit_id"]), each["text"]) for each in report[which]]
        yield table(which.replace("_", "-"), title, {"Unit": TEXT, "What": TEXT}, rows)


def _decisions(report: Report, which: str, title: str) -> Table:
    rows = [_decision(report, each) for each in report[which]]
    columns = {"Decision": TEXT, "Unit": TEXT, "Owner": TEXT, "Due": DAY, "Done": DAY, "State": TEXT}
    return table(which.replace("_", "-"), title, columns, rows)


def _decision(report: Report, each: Mapping[str, Any]) -> Sequence[Any]:
    unit, owner = name(report, each["unit_id"]), name(report, each["owner"])
    return each["text"], unit, owner, each["due_on"], each["done_on"], each["state"]
