"""How reliably check-ins came, and how sure owners were."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from projections.documents.document import Cell, Chart, Kind, Section, Table
from projections.reports.telling import standing
from projections.reports.telling.words import Report, name, share, table

TEXT, SHARE, DAY, NUMBER = Kind.TEXT, Kind.SHARE, Kind.DAY, Kind.NUMBER
KEPT = {"On time": NUMBER, "Late": NUMBER, "Missed": NUMBER, "Pending": NUMBER, "Adherence": SHARE}
KEPT |= {"Streak": NUMBER, "Longest streak": NUMBER}


def sections(report: Report) -> Iterator[Section]:
    yield Section("adherence", "Check-ins on time", (_days(report), _units(report), _owners(report)))
    yield Section("confidence", "Confidence", (standing.confidence(report), _calibration(report)))


def _days(report: Report) -> Chart:
    rows = [
        (each["day"], each["on_time"], each["late"], each["missed"], each["pending"]) for each in report["adherence"]["days"]
    ]
    columns = {"Due day": DAY, "On time": NUMBER, "Late": NUMBER, "Missed": NUMBER, "Pending": NUMBER}
    due = table("due-days", "By due day", columns, rows)
    return Chart("due-days-chart", "Check-ins on time, late and missed", due, "stacked", "Due day", tuple(columns)[1:])


def _units(report: Report) -> Table:
    told = report["adherence"]
    rows = [("all", *_kept(told["total"])), *((name(report, each["unit_id"]), *_kept(each)) for each in told["units"])]
    return table("adherence-units", "By unit", {"Unit": TEXT, **KEPT}, rows)


def _owners(report: Report) -> Table:
    rows = [(name(report, each["owner"]), *_kept(each)) for each in report["adherence"]["owners"]]
    return table("adherence-owners", "By who owned the key results on their due days", {"Owner": TEXT, **KEPT}, rows)


def _kept(each: Mapping[str, Any]) -> Sequence[Cell]:
    counts = (each["on_time"], each["late"], each["missed"], each["pending"])
    return (*counts, share(each["adherence"]), each["streak"]["current"], each["streak"]["longest"])


def _calibration(report: Report) -> Chart:
    rows = [
        (f"{each['from']} to {each['to']}", each["compared"], share(each["confidence"]), share(each["score"]))
        for each in report["confidence"]["calibration"]["bands"]
    ]
    columns = {"Confidence said": TEXT, "Key results": NUMBER, "Mean confidence": SHARE, "Mean score": SHARE}
    bands = table("calibration", "Confidence against the score", columns, rows)
    series = ("Mean confidence", "Mean score")
    return Chart("calibration-chart", "Calibration", bands, "bars", "Confidence said", series, share("0"), share("1"))
