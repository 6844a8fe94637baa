"""The weekly digest and the monthly report as documents: short enough to read in a meeting."""

from collections.abc import Iterator
from typing import Any

from projections.documents.document import Bullets, Document, Kind, Section, Table
from projections.reports.telling import celebrated, standing
from projections.reports.telling.words import Report, day, facts, name, rules, share, table, word
from projections.wording import counted

TEXT, SHARE, DAY, NUMBER = Kind.TEXT, Kind.SHARE, Kind.DAY, Kind.NUMBER


def weekly(report: Report, _: Any = None) -> Document:
    return _document(report, "Weekly digest", _attention(report))


def monthly(report: Report, _: Any = None) -> Document:
    return _document(report, "Monthly report", (*_attention(report), *standing.sections(report), rules(report)))


def _document(report: Report, title: str, sections: tuple[Section, ...]) -> Document:
    whose = report["unit"]["name"] if report["unit"] else "everybody"
    since = f"{report['cycle']['name']}, {whose}: since {day(report['since']['at'])}, as of {day(report['evaluated_at'])}"
    return Document(title, since, facts(report), sections, tuple(_summary(report)))


def _summary(report: Report) -> Iterator[str]:
    turned = report["progress"]
    yield f"Mean progress of the objectives went from {_number(turned['before'])} to {_number(turned['after'])}."
    risk, overdue = len(report["at_risk"]), sum(item["state"] == "missed" for item in report["due"])
    yield f"{counted(risk, 'key result')} want attention; {counted(overdue, 'check-in')} missing."
    glad = report["celebrated"]
    reached = counted(len(glad["milestones"]), "milestone")
    yield f"{counted(len(report['blocked']), 'blocker')} open; {counted(len(glad['wins']), 'win')} and {reached} to celebrate."


def _number(number: str | None) -> str:
    return "none" if number is None else f"{share(number):.2f}"


def _attention(report: Report) -> tuple[Section, ...]:
    return (
        Section("changed", "What changed", (_objectives(report), _key_results(report), _moved(report))),
        Section("due", "What is due", (_due(report),)),
        Section("at-risk", "At risk", (_at_risk(report),)),
        Section("blocked", "Blocked", (_blocked(report),)),
        Section("unconfirmed", "Waiting for a yes or no", (_unconfirmed(report),)),
        Section("decisions", "Decisions to carry out", (_decisions(report),)),
        Section("celebrated", "Celebrated", (Bullets(tuple(celebrated.lines(report)), "Nothing yet."),)),
    )


def _objectives(report: Report) -> Table:
    columns = {"Objective": TEXT, "Owner": TEXT, "Before": SHARE, "After": SHARE, "Health": TEXT}
    rows = [
        (each["title"], name(report, each["owner"]), share(each["before"]), share(each["after"]), word(each["health"]))
        for each in report["progress"]["objectives"]
    ]
    return table("objectives", "Objectives that moved", columns, rows)


def _key_results(report: Report) -> Table:
    columns = {"Key result": TEXT, "Owner": TEXT, "Before": SHARE, "After": SHARE, "Confidence": SHARE, "Health": TEXT}
    rows = [
        (
            *(each["title"], name(report, each["owner"]), share(each["before"]), share(each["after"])),
            *(share(each["confidence"]), word(each["health"])),
        )
        for each in report["progress"]["key_results"]
    ]
    return table("key-results", "Key results that moved", columns, rows)


def _moved(report: Report) -> Table:
    moved = report["moved"]
    columns = {"Day": DAY, "What": TEXT, "Why": TEXT}
    rows = [(day(each["recorded_at"]), each["sentence"], each["reason"]) for each in moved["items"]]
    return table("changes", "Goals, targets, hands and links that changed", columns, rows, more=moved["more"])


def _due(report: Report) -> Table:
    columns = {"Due": DAY, "Key result": TEXT, "Owner": TEXT, "State": TEXT}
    rows = [(item["due_on"], item["title"], name(report, item["owner"]), word(item["state"])) for item in report["due"]]
    return table("due", "Check-ins, the overdue first", columns, rows)


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
    columns = {"Key result": TEXT, "Kind": TEXT, "What": TEXT, "Owner": TEXT, "Days": NUMBER}
    rows = [
        (each["title"], word(each["kind"]), each["text"], name(report, each["owner"]), each["age_days"])
        for each in report["blocked"]
    ]
    return table("blockers", "Open blockers, the oldest first", columns, rows)


def _unconfirmed(report: Report) -> Table:
    rows = [(each["child"], each["parent"], share(each["capacity"])) for each in report["unconfirmed"]]
    columns = {"Objective": TEXT, "Depends on": TEXT, "Person-days": NUMBER}
    return table("unconfirmed", "Dependencies that nobody has answered", columns, rows)


def _decisions(report: Report) -> Table:
    columns = {"Decision": TEXT, "Owner": TEXT, "Due": DAY, "State": TEXT}
    rows = [(each["text"], name(report, each["owner"]), each["due_on"], each["state"]) for each in report["decisions"]]
    return table("decisions", "Decisions of reviews, the longest due first", columns, rows)
