"""What wants attention now: what is due, at risk, blocked, unanswered and decided; and what to celebrate."""

from collections.abc import Iterator, Mapping
from typing import Any

from projections.documents.document import Bullets, ColumnKind, Section, Table
from projections.reports.presentation import celebrations
from projections.reports.presentation.blockers import blocker_line, decision_line
from projections.reports.presentation.formatting import (
    Report,
    build_table,
    display_name,
    format_share,
    humanize,
    parse_share,
    utc_day,
)
from projections.text.phrases import pluralize

TEXT, SHARE, DAY, NUMBER = ColumnKind.TEXT, ColumnKind.SHARE, ColumnKind.DAY, ColumnKind.NUMBER
Item = Mapping[str, Any]


def sections(report: Report) -> Iterator[Section]:
    yield Section("due", "Check-ins due", (_due_table(report),), tuple(_due_lines(report)))
    yield Section(
        "at-risk", "At risk", (_at_risk_table(report),), tuple(_risk_line(report, each) for each in report["at_risk"])
    )
    yield Section(
        "blocked", "Blocked", (_blocked_table(report),), tuple(blocker_line(report, each) for each in report["blocked"])
    )
    waiting = tuple(map(_dependency_line, report["unconfirmed"]))
    yield Section("unconfirmed", "Waiting for a yes or no", (_unconfirmed_table(report),), waiting)
    decided = tuple(decision_line(report, each) for each in report["decisions"])
    yield Section("decisions", "Decisions to carry out", (_decisions_table(report),), decided)
    glad = tuple(celebrations.lines(report))
    yield Section("celebrated", "To celebrate", (Bullets(glad),), glad)


def _due_lines(report: Report) -> Iterator[str]:
    """What each owner owes, by the day, then what comes next."""
    owed: dict[tuple[str, str], list[str]] = {}
    for each in report["due"]:
        if each["state"] == "missed":
            owed.setdefault((each["due_on"], display_name(report, each["owner"])), []).append(each["title"])
    for (due_on, owner), titles in owed.items():
        yield f"{owner}, missed on {due_on}: {', '.join(titles)}"
    coming = [each for each in report["due"] if each["state"] != "missed"]
    if coming:
        yield _next_due_line(min(each["due_on"] for each in coming), coming)


def _next_due_line(due_on: str, coming: list[Item]) -> str:
    then = [each for each in coming if each["due_on"] == due_on]
    there = sum(each["state"] == "on_time" for each in then)
    state = "all there already" if there == len(then) else f"{there} there already" if there else "none there yet"
    return f"next on {due_on}: {pluralize(len(then), 'check-in')}, {state}"


def _due_table(report: Report) -> Table:
    columns = {"Due": DAY, "Key result": TEXT, "Owner": TEXT, "State": TEXT}
    rows = [
        (item["due_on"], item["title"], display_name(report, item["owner"]), humanize(item["state"])) for item in report["due"]
    ]
    return build_table("due", "Check-ins, the overdue first", columns, rows)


def _risk_line(report: Report, each: Item) -> str:
    reported = f", reported {humanize(each['reported'])}" if each["reported"] not in (None, each["effective"]) else ""
    sure = f", confidence {format_share(each['confidence'])}" if each["confidence"] else ""
    health = f"{humanize(each['effective'])}{reported}"
    return f"{each['title']} ({display_name(report, each['owner'])}): {health}, progress {format_share(each['progress'])}{sure}"


def _at_risk_table(report: Report) -> Table:
    columns = {"Key result": TEXT, "Owner": TEXT, "Health": TEXT, "Reported": TEXT, "Computed": TEXT}
    columns |= {"Progress": SHARE, "Confidence": SHARE}
    rows = [
        (
            *(each["title"], display_name(report, each["owner"]), humanize(each["effective"]), humanize(each["reported"])),
            *(humanize(each["computed"]), parse_share(each["progress"]), parse_share(each["confidence"])),
        )
        for each in report["at_risk"]
    ]
    return build_table("at-risk", "Key results off track, outdated or at risk", columns, rows)


def _blocked_table(report: Report) -> Table:
    columns = {"Key result": TEXT, "Kind": TEXT, "What": TEXT, "Owner": TEXT, "Opened": DAY, "Days": NUMBER}
    rows = [
        (
            *(each["title"], humanize(each["kind"]), each["text"], display_name(report, each["owner"])),
            *(utc_day(each["opened_at"]), each["age_days"]),
        )
        for each in report["blocked"]
    ]
    return build_table("blockers", "Open blockers, the oldest first", columns, rows)


def _dependency_line(each: Item) -> str:
    days = f" ({each['capacity']} person-days)" if each["capacity"] else ""
    return f"{each['child']} depends on {each['parent']}{days}"


def _unconfirmed_table(report: Report) -> Table:
    rows = [(each["child"], each["parent"], parse_share(each["capacity"])) for each in report["unconfirmed"]]
    columns = {"Objective": TEXT, "Depends on": TEXT, "Person-days": NUMBER}
    return build_table("unconfirmed", "Dependencies that nobody has answered", columns, rows)


def _decisions_table(report: Report) -> Table:
    columns = {"Decision": TEXT, "Owner": TEXT, "Due": DAY, "State": TEXT}
    rows = [(each["text"], display_name(report, each["owner"]), each["due_on"], each["state"]) for each in report["decisions"]]
    return build_table("decisions", "Decisions of reviews, the longest due first", columns, rows)
