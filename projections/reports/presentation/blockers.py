"""What stood in the way, what people were glad of, and what reviews said and decided."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from projections.documents.document import Bullets, ColumnKind, Paragraph, Section, Table
from projections.reports.presentation.formatting import Report, build_table, display_name, humanize, utc_day
from projections.text.phrases import join_with_and, pluralize

TEXT, DAY, NUMBER = ColumnKind.TEXT, ColumnKind.DAY, ColumnKind.NUMBER
TEXT_TITLES = (("what_worked", "What worked"), ("what_did_not", "What did not"), ("lessons", "Lessons"))


def sections(report: Report) -> Iterator[Section]:
    yield _blockers_section(report)
    wins, remarks = tuple(_win_lines(report)), tuple(_remark_lines(report))
    glad = (*remarks, *wins)
    yield Section("wins", "Wins and celebrations", (Bullets(glad),), glad)
    lessons = tuple(each["text"] for each in report["lessons"])
    yield Section("lessons", "What reviews said", (_reviews_table(report), *_review_text_tables(report)), lessons)
    made, earlier = _decisions_table(report, "decisions", "Made in this cycle"), _earlier_decisions_table(report)
    unfinished = [each for which in ("decisions", "earlier_decisions") for each in report[which] if not each["done_on"]]
    yield Section("decisions", "Decisions", (made, earlier), tuple(decision_line(report, each) for each in unfinished))


def blocker_line(report: Report, each: Mapping[str, Any]) -> str:
    return f"{each['title']}: {each['text']} ({display_name(report, each['owner'])}, {pluralize(each['age_days'], 'day')})"


def decision_line(report: Report, each: Mapping[str, Any]) -> str:
    due = f", due {each['due_on']}" if each["due_on"] else ""
    overdue = ", overdue" if each["state"] == "overdue" else ""
    return f"{display_name(report, each['owner'])}: {each['text']}{due}{overdue}"


def _blockers_section(report: Report) -> Section:
    told = report["blockers"]
    brief = tuple(blocker_line(report, each) for each in told["items"] if each["state"] == "open")
    parts = (Paragraph(_ages_sentence(told)), _blockers_table(report)) if told["items"] else (_blockers_table(report),)
    return Section("blockers", "What stood in the way", parts, brief)


def _ages_sentence(told: Mapping[str, Any]) -> str:
    return (
        join_with_and(
            f"{told[state]} {state}{_mean_age_phrase(told[f'mean_age_of_{state}'])}" for state in ("open", "resolved")
        )
        + "."
    )


def _mean_age_phrase(age: str | None) -> str:
    return "" if age is None else f" (for {float(age):.1f} days on average)"


def _blockers_table(report: Report) -> Table:
    told = report["blockers"]
    columns = {"Key result": TEXT, "Kind": TEXT, "What": TEXT, "Owner": TEXT, "Opened": DAY, "Resolved": DAY, "Days": NUMBER}
    rows = [
        (
            *(each["title"], humanize(each["kind"]), each["text"], display_name(report, each["owner"])),
            *(utc_day(each["opened_at"]), each["resolved_on"], each["age_days"]),
        )
        for each in told["items"]
    ]
    return build_table("blockers", "Blockers, the longest first", columns, rows, more=told["more"])


def _win_lines(report: Report) -> Iterator[str]:
    for each in report["wins"]["items"]:
        yield f"{each['title']}, {each['measured_on']}: {each['text']} ({display_name(report, each['author'])})"
    if more := report["wins"]["more"]:
        yield f"{pluralize(more, 'older check-in')} with wins left out."


def _remark_lines(report: Report) -> Iterator[str]:
    for each in report["celebrations"]:
        yield f"{display_name(report, each['author'])} on {each['title']}: {each['text']}"


def _reviews_table(report: Report) -> Table:
    columns = {"Held on": DAY, "Kind": TEXT, "Unit": TEXT, "By": TEXT, "With": TEXT, "Changes, by position": TEXT}
    rows = [
        (
            *(
                each["held_on"],
                humanize(each["kind"]),
                display_name(report, each["unit_id"]),
                display_name(report, each["author"]),
            ),
            ", ".join(display_name(report, one) for one in each["participants"]) or None,
            ", ".join(map(str, each["adjustments"])) or None,
        )
        for each in report["reviews"]
    ]
    return build_table("reviews", "Reviews held", columns, rows)


def _review_text_tables(report: Report) -> Iterator[Table]:
    for which, title in TEXT_TITLES:
        rows = [(each["text"], display_name(report, each["unit_id"])) for each in report[which]]
        yield build_table(which.replace("_", "-"), title, {"What": TEXT, "Unit": TEXT}, rows)


def _earlier_decisions_table(report: Report) -> Table:
    return _decisions_table(report, "earlier_decisions", "Open when the cycle began")


def _decisions_table(report: Report, which: str, title: str) -> Table:
    rows = [_decision_row(report, each) for each in report[which]]
    columns = {"Decision": TEXT, "Unit": TEXT, "Owner": TEXT, "Due": DAY, "Done": DAY, "State": TEXT}
    return build_table(which.replace("_", "-"), title, columns, rows)


def _decision_row(report: Report, each: Mapping[str, Any]) -> Sequence[Any]:
    unit, owner = display_name(report, each["unit_id"]), display_name(report, each["owner"])
    return each["text"], unit, owner, each["due_on"], each["done_on"], each["state"]
