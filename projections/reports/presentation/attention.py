"""What wants attention now: what is due, at risk, blocked, unanswered and decided; and what to celebrate."""

from collections.abc import Iterator, Mapping
from typing import Any

from projections.documents.document import Bullets, Kind, Section, Table
from projections.reports.presentation import celebrations
from projections.reports.presentation.blockers import blocker, decision
from projections.reports.presentation.formatting import Report, day, name, share, table, two, word
from projections.text.phrases import counted

TEXT, SHARE, DAY, NUMBER = Kind.TEXT, Kind.SHARE, Kind.DAY, Kind.NUMBER
Each = Mapping[str, Any]


def sections(report: Report) -> Iterator[Section]:
    yield Section("due", "Check-ins due", (_due(report),), tuple(_owed(report)))
    yield Section("at-risk", "At risk", (_at_risk(report),), tuple(_risk(report, each) for each in report["at_risk"]))
    yield Section("blocked", "Blocked", (_blocked(report),), tuple(blocker(report, each) for each in report["blocked"]))
    waiting = tuple(map(_dependency, report["unconfirmed"]))
    yield Section("unconfirmed", "Waiting for a yes or no", (_unconfirmed(report),), waiting)
    decided = tuple(decision(report, each) for each in report["decisions"])
    yield Section("decisions", "Decisions to carry out", (_decisions(report),), decided)
    glad = tuple(celebrations.lines(report))
    yield Section("celebrated", "To celebrate", (Bullets(glad),), glad)


def _owed(report: Report) -> Iterator[str]:
    """What each owner owes, by the day, then what comes next."""
    owed: dict[tuple[str, str], list[str]] = {}
    for each in report["due"]:
        if each["state"] == "missed":
            owed.setdefault((each["due_on"], name(report, each["owner"])), []).append(each["title"])
    for (due_on, owner), titles in owed.items():
        yield f"{owner}, missed on {due_on}: {', '.join(titles)}"
    coming = [each for each in report["due"] if each["state"] != "missed"]
    if coming:
        yield _next(min(each["due_on"] for each in coming), coming)


def _next(due_on: str, coming: list[Each]) -> str:
    then = [each for each in coming if each["due_on"] == due_on]
    there = sum(each["state"] == "on_time" for each in then)
    state = "all there already" if there == len(then) else f"{there} there already" if there else "none there yet"
    return f"next on {due_on}: {counted(len(then), 'check-in')}, {state}"


def _due(report: Report) -> Table:
    columns = {"Due": DAY, "Key result": TEXT, "Owner": TEXT, "State": TEXT}
    rows = [(item["due_on"], item["title"], name(report, item["owner"]), word(item["state"])) for item in report["due"]]
    return table("due", "Check-ins, the overdue first", columns, rows)


def _risk(report: Report, each: Each) -> str:
    reported = f", reported {word(each['reported'])}" if each["reported"] not in (None, each["effective"]) else ""
    sure = f", confidence {two(each['confidence'])}" if each["confidence"] else ""
    health = f"{word(each['effective'])}{reported}"
    return f"{each['title']} ({name(report, each['owner'])}): {health}, progress {two(each['progress'])}{sure}"


def _at_risk(report: Report) -> Table:
    columns = {"Key result": TEXT, "Owner": TEXT, "Health": TEXT, "Reported": TEXT, "Computed": TEXT}
    columns |= {"Progress": SHARE, "Confidence": SHARE}
    rows = [
        (
            *(each["title"], name(report, each["owner"]), word(each["effective"]), word(each["reported"])),
            *(word(each["computed"]), share(each["progress"]), share(each["confidence"])),
        )
        for each in report["at_risk"]
    ]
    return table("at-risk", "Key results off track, outdated or at risk", columns, rows)


def _blocked(report: Report) -> Table:
    columns = {"Key result": TEXT, "Kind": TEXT, "What": TEXT, "Owner": TEXT, "Opened": DAY, "Days": NUMBER}
    rows = [
        (
            *(each["title"], word(each["kind"]), each["text"], name(report, each["owner"])),
            *(day(each["opened_at"]), each["age_days"]),
        )
        for each in report["blocked"]
    ]
    return table("blockers", "Open blockers, the oldest first", columns, rows)


def _dependency(each: Each) -> str:
    days = f" ({each['capacity']} person-days)" if each["capacity"] else ""
    return f"{each['child']} depends on {each['parent']}{days}"


def _unconfirmed(report: Report) -> Table:
    rows = [(each["child"], each["parent"], share(each["capacity"])) for each in report["unconfirmed"]]
    columns = {"Objective": TEXT, "Depends on": TEXT, "Person-days": NUMBER}
    return table("unconfirmed", "Dependencies that nobody has answered", columns, rows)


def _decisions(report: Report) -> Table:
    columns = {"Decision": TEXT, "Owner": TEXT, "Due": DAY, "State": TEXT}
    rows = [(each["text"], name(report, each["owner"]), each["due_on"], each["state"]) for each in report["decisions"]]
    return table("decisions", "Decisions of reviews, the longest due first", columns, rows)
