"""How reliably check-ins came, and how sure owners were."""

from collections.abc import Mapping, Sequence
from typing import Any

from projections.documents.document import Cell, Chart, ColumnKind, Paragraph, Section, Table
from projections.reports.presentation import status
from projections.reports.presentation.formatting import Report, build_table, display_name, format_share, parse_share
from projections.text.phrases import pluralize

TEXT, SHARE, DAY, NUMBER = ColumnKind.TEXT, ColumnKind.SHARE, ColumnKind.DAY, ColumnKind.NUMBER
STATE_COLUMNS = {"On time": NUMBER, "Late": NUMBER, "Missed": NUMBER, "Pending": NUMBER}
ADHERENCE_COLUMNS = {**STATE_COLUMNS, "Adherence": SHARE, "Streak": NUMBER, "Longest streak": NUMBER}


def adherence_section(report: Report) -> Section:
    return Section("adherence", "Check-ins on time", (_due_days_chart(report), _units_table(report), _owners_table(report)), ())


def confidence_section(report: Report) -> Section:
    parts = (
        status.confidence_chart(report),
        Paragraph(_calibration_sentence(report)),
        _calibration_chart(report),
        _scatter_chart(report),
    )
    return Section("confidence", "Confidence, and what it came to", parts, ())


def _due_days_chart(report: Report) -> Chart:
    """The due days so far; how many lie ahead is counted."""
    told = report["adherence"]["days"]
    past = [each for each in told if each["day"] <= report["effective_on"] or each["on_time"] + each["late"] + each["missed"]]
    rows = [(each["day"], each["on_time"], each["late"], each["missed"], each["pending"]) for each in past]
    ahead = len(told) - len(past)
    note = f"{pluralize(ahead, 'due day')} after {report['effective_on']} left out." if ahead else None
    due = build_table("due-days", "By due day", {"Due day": DAY, **STATE_COLUMNS}, rows, note=note)
    return Chart("due-days-chart", "Check-ins on time, late and missed", due, "stacked", "Due day", tuple(STATE_COLUMNS))


def _units_table(report: Report) -> Table:
    told = report["adherence"]
    rows = [(display_name(report, each["unit_id"]), *_adherence_cells(each)) for each in told["units"]]
    rows += [("all", *_adherence_cells(told["total"]))] if len(rows) != 1 else []
    return build_table("adherence-units", "Adherence by unit", {"Unit": TEXT, **ADHERENCE_COLUMNS}, rows)


def _owners_table(report: Report) -> Table:
    rows = [(display_name(report, each["owner"]), *_adherence_cells(each)) for each in report["adherence"]["owners"]]
    return build_table("adherence-owners", "By owner on the due day", {"Owner": TEXT, **ADHERENCE_COLUMNS}, rows)


def _adherence_cells(each: Mapping[str, Any]) -> Sequence[Cell]:
    counts = (each["on_time"], each["late"], each["missed"], each["pending"])
    return (*counts, parse_share(each["adherence"]), each["streak"]["current"], each["streak"]["longest"])


def _calibration_sentence(report: Report) -> str:
    told = report["confidence"]["calibration"]
    if not told["compared"]:
        return "No key result has both a confidence and a score to compare."
    sure = parse_share(told["mean_difference"]) or 0
    manner = "too sure" if sure > 0 else "not sure enough" if sure < 0 else "neither too sure nor too doubtful"
    compared = f"{pluralize(told['compared'], 'key result')} compared"
    return (
        f"{compared}: the last confidence was {format_share(told['mean_absolute_error'])} away from the score on average; "
        f"on the whole owners were {manner} ({format_share(told['mean_difference'])})."
    )


def _calibration_chart(report: Report) -> Chart:
    rows = [
        (f"{each['from']} to {each['to']}", each["compared"], parse_share(each["confidence"]), parse_share(each["score"]))
        for each in report["confidence"]["calibration"]["bands"]
        if each["compared"]
    ]
    columns = {"Confidence said": TEXT, "Key results": NUMBER, "Mean confidence": SHARE, "Mean score": SHARE}
    bands = build_table("calibration", "Confidence against the score", columns, rows)
    series = ("Mean confidence", "Mean score")
    return Chart(
        "calibration-chart", "Calibration", bands, "bars", "Confidence said", series, parse_share("0"), parse_share("1")
    )


def _scatter_chart(report: Report) -> Chart:
    rows = [
        (
            each["title"],
            display_name(report, each["owner"]),
            parse_share(each["confidence"]),
            parse_share(each["score"]),
            parse_share(each["error"]),
        )
        for each in report["scores"]
        if each["error"] is not None
    ]
    columns = {"Key result": TEXT, "Owner": TEXT, "Last confidence": SHARE, "Score": SHARE, "Error": SHARE}
    pairs = build_table("confidence-and-score", "Key result by key result", columns, rows)
    id, title = "confidence-and-score-chart", "Last confidence and score"
    return Chart(id, title, pairs, "scatter", "Last confidence", ("Score",), parse_share("0"), parse_share("1"))
