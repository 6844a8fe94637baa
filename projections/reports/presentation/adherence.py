"""How reliably check-ins came, and how sure owners were."""

from collections.abc import Mapping, Sequence
from typing import Any

from projections.documents.document import Cell, Chart, Kind, Paragraph, Section, Table
from projections.reports.presentation import status
from projections.reports.presentation.formatting import Report, name, share, table, two
from projections.text.phrases import counted

TEXT, SHARE, DAY, NUMBER = Kind.TEXT, Kind.SHARE, Kind.DAY, Kind.NUMBER
STATES = {"On time": NUMBER, "Late": NUMBER, "Missed": NUMBER, "Pending": NUMBER}
KEPT = {**STATES, "Adherence": SHARE, "Streak": NUMBER, "Longest streak": NUMBER}


def adherence(report: Report) -> Section:
    return Section("adherence", "Check-ins on time", (_days(report), _units(report), _owners(report)), ())


def confidence(report: Report) -> Section:
    parts = (status.confidence(report), Paragraph(_error(report)), _bands(report), _scatter(report))
    return Section("confidence", "Confidence, and what it came to", parts, ())


def _days(report: Report) -> Chart:
    """The due days so far; how many lie ahead is counted."""
    told = report["adherence"]["days"]
    past = [each for each in told if each["day"] <= report["effective_on"] or each["on_time"] + each["late"] + each["missed"]]
    rows = [(each["day"], each["on_time"], each["late"], each["missed"], each["pending"]) for each in past]
    ahead = len(told) - len(past)
    note = f"{counted(ahead, 'due day')} after {report['effective_on']} left out." if ahead else None
    due = table("due-days", "By due day", {"Due day": DAY, **STATES}, rows, note=note)
    return Chart("due-days-chart", "Check-ins on time, late and missed", due, "stacked", "Due day", tuple(STATES))


def _units(report: Report) -> Table:
    told = report["adherence"]
    rows = [(name(report, each["unit_id"]), *_kept(each)) for each in told["units"]]
    rows += [("all", *_kept(told["total"]))] if len(rows) != 1 else []
    return table("adherence-units", "Adherence by unit", {"Unit": TEXT, **KEPT}, rows)


def _owners(report: Report) -> Table:
    rows = [(name(report, each["owner"]), *_kept(each)) for each in report["adherence"]["owners"]]
    return table("adherence-owners", "By owner on the due day", {"Owner": TEXT, **KEPT}, rows)


def _kept(each: Mapping[str, Any]) -> Sequence[Cell]:
    counts = (each["on_time"], each["late"], each["missed"], each["pending"])
    return (*counts, share(each["adherence"]), each["streak"]["current"], each["streak"]["longest"])


def _error(report: Report) -> str:
    told = report["confidence"]["calibration"]
    if not told["compared"]:
        return "No key result has both a confidence and a score to compare."
    sure = share(told["mean_difference"]) or 0
    manner = "too sure" if sure > 0 else "not sure enough" if sure < 0 else "neither too sure nor too doubtful"
    compared = f"{counted(told['compared'], 'key result')} compared"
    return (
        f"{compared}: the last confidence was {two(told['mean_absolute_error'])} away from the score on average; "
        f"on the whole owners were {manner} ({two(told['mean_difference'])})."
    )


def _bands(report: Report) -> Chart:
    rows = [
        (f"{each['from']} to {each['to']}", each["compared"], share(each["confidence"]), share(each["score"]))
        for each in report["confidence"]["calibration"]["bands"]
        if each["compared"]
    ]
    columns = {"Confidence said": TEXT, "Key results": NUMBER, "Mean confidence": SHARE, "Mean score": SHARE}
    bands = table("calibration", "Confidence against the score", columns, rows)
    series = ("Mean confidence", "Mean score")
    return Chart("calibration-chart", "Calibration", bands, "bars", "Confidence said", series, share("0"), share("1"))


def _scatter(report: Report) -> Chart:
    rows = [
        (each["title"], name(report, each["owner"]), share(each["confidence"]), share(each["score"]), share(each["error"]))
        for each in report["scores"]
        if each["error"] is not None
    ]
    columns = {"Key result": TEXT, "Owner": TEXT, "Last confidence": SHARE, "Score": SHARE, "Error": SHARE}
    pairs = table("confidence-and-score", "Key result by key result", columns, rows)
    id, title = "confidence-and-score-chart", "Last confidence and score"
    return Chart(id, title, pairs, "scatter", "Last confidence", ("Score",), share("0"), share("1"))
