"""What stood in the way, what people were glad of, and what reviews said and decided."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from projections.documents.document import Bullets, Kind, Paragraph, Section, Table
from projections.reports.presentation.formatting import Report, day, name, table, word
from projections.text.phrases import counted, listed

TEXT, DAY, NUMBER = Kind.TEXT, Kind.DAY, Kind.NUMBER
SAID = (("what_worked", "What worked"), ("what_did_not", "What did not"), ("lessons", "Lessons"))


def sections(report: Report) -> Iterator[Section]:
    yield _obstacles(report)
    wins, remarks = tuple(_wins(report)), tuple(_remarks(report))
    glad = (*remarks, *wins)
    yield Section("wins", "Wins and celebrations", (Bullets(glad),), glad)
    lessons = tuple(each["text"] for each in report["lessons"])
    yield Section("lessons", "What reviews said", (_reviews(report), *_lessons(report)), lessons)
    made, earlier = _decisions(report, "decisions", "Made in this cycle"), _earlier(report)
    unfinished = [each for which in ("decisions", "earlier_decisions") for each in report[which] if not each["done_on"]]
    yield Section("decisions", "Decisions", (made, earlier), tuple(decision(report, each) for each in unfinished))


def blocker(report: Report, each: Mapping[str, Any]) -> str:
    return f"{each['title']}: {each['text']} ({name(report, each['owner'])}, {counted(each['age_days'], 'day')})"


def decision(report: Report, each: Mapping[str, Any]) -> str:
    due = f", due {each['due_on']}" if each["due_on"] else ""
    overdue = ", overdue" if each["state"] == "overdue" else ""
    return f"{name(report, each['owner'])}: {each['text']}{due}{overdue}"


def _obstacles(report: Report) -> Section:
    told = report["blockers"]
    brief = tuple(blocker(report, each) for each in told["items"] if each["state"] == "open")
    parts = (Paragraph(_ages(told)), _blockers(report)) if told["items"] else (_blockers(report),)
    return Section("blockers", "What stood in the way", parts, brief)


def _ages(told: Mapping[str, Any]) -> str:
    return listed(f"{told[state]} {state}{_mean(told[f'mean_age_of_{state}'])}" for state in ("open", "resolved")) + "."


def _mean(age: str | None) -> str:
    return "" if age is None else f" (for {float(age):.1f} days on average)"


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


def _wins(report: Report) -> Iterator[str]:
    for each in report["wins"]["items"]:
        yield f"{each['title']}, {each['measured_on']}: {each['text']} ({name(report, each['author'])})"
    if more := report["wins"]["more"]:
        yield f"{counted(more, 'older check-in')} with wins left out."


def _remarks(report: Report) -> Iterator[str]:
    for each in report["celebrations"]:
        yield f"{name(report, each['author'])} on {each['title']}: {each['text']}"


def _reviews(report: Report) -> Table:
    columns = {"Held on": DAY, "Kind": TEXT, "Unit": TEXT, "By": TEXT, "With": TEXT, "Changes, by position": TEXT}
    rows = [
        (
            *(each["held_on"], word(each["kind"]), name(report, each["unit_id"]), name(report, each["author"])),
            ", ".join(name(report, one) for one in each["participants"]) or None,
            ", ".join(map(str, each["adjustments"])) or None,
        )
        for each in report["reviews"]
    ]
    return table("reviews", "Reviews held", columns, rows)


def _lessons(report: Report) -> Iterator[Table]:
    for which, title in SAID:
        rows = [(each["text"], name(report, each["unit_id"])) for each in report[which]]
        yield table(which.replace("_", "-"), title, {"What": TEXT, "Unit": TEXT}, rows)


def _earlier(report: Report) -> Table:
    return _decisions(report, "earlier_decisions", "Open when the cycle began")


def _decisions(report: Report, which: str, title: str) -> Table:
    rows = [_decision(report, each) for each in report[which]]
    columns = {"Decision": TEXT, "Unit": TEXT, "Owner": TEXT, "Due": DAY, "Done": DAY, "State": TEXT}
    return table(which.replace("_", "-"), title, columns, rows)


def _decision(report: Report, each: Mapping[str, Any]) -> Sequence[Any]:
    unit, owner = name(report, each["unit_id"]), name(report, each["owner"])
    return each["text"], unit, owner, each["due_on"], each["done_on"], each["state"]
