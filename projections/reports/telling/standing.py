"""Where a cycle stands as a whole, for the monthly report."""

from collections.abc import Iterable

from projections.documents.document import Chart, Kind, Section, Table
from projections.reports.telling.words import Report, share, table, word

TEXT, SHARE, DAY, NUMBER = Kind.TEXT, Kind.SHARE, Kind.DAY, Kind.NUMBER


def sections(report: Report) -> tuple[Section, ...]:
    return (
        Section("counts", "How much there is", (_units(report),)),
        Section("confidence", "Confidence", (confidence(report),)),
        health(report),
        Section("entries", "Check-ins", (entries(report),)),
        findings(report),
    )


def health(report: Report) -> Section:
    return Section("health", "Reported and computed health", (_health(report), _mismatches(report)))


def findings(report: Report) -> Section:
    return Section("findings", "Findings", (_findings(report), _opened(report, "opened"), _opened(report, "resolved")))


def _units(report: Report) -> Table:
    columns = {"Unit": TEXT, "Level": TEXT, "Objectives": NUMBER, "Key results": NUMBER, "Scored": NUMBER, "Mean score": SHARE}
    rows = [
        (
            *(each["name"], each["level"], each["objectives"], each["key_results"]),
            *(each["key_result_scores"]["scored"], share(each["key_result_scores"]["mean"])),
        )
        for each in report["counts"]["units"]
    ]
    return table("units", "By unit", columns, rows)


def confidence(report: Report) -> Chart:
    rows = [(each["day"], share(each["mean"]), each["stated"]) for each in report["confidence"]["over_time"]]
    stated = table("confidence", "Mean confidence in force", {"Due day": DAY, "Mean": SHARE, "Key results": NUMBER}, rows)
    return Chart("confidence-chart", "Mean confidence over time", stated, "line", "Due day", ("Mean",), share("0"), share("1"))


def _health(report: Report) -> Table:
    columns = {"Reported": TEXT, "On track": NUMBER, "At risk": NUMBER, "Off track": NUMBER, "Pending": NUMBER}
    rows = [
        (word(row["reported"]) or "nothing", row["on_track"], row["at_risk"], row["off_track"], row["pending"])
        for row in report["health"]["table"]
    ]
    return table("health", "What owners report (down) and what pace says (across)", columns, rows)


def _mismatches(report: Report) -> Table:
    rows = [(each["title"], word(each["reported"]), word(each["computed"])) for each in report["health"]["mismatches"]]
    return table("mismatches", "Where the two differ", {"Key result": TEXT, "Reported": TEXT, "Computed": TEXT}, rows)


def entries(report: Report) -> Table:
    told = report["entries"]
    rows: Iterable[tuple[str, int]] = (
        ("Check-ins in force", told["check_ins"]),
        ("Recorded after the cycle's end", told["late"]["count"]),
        ("Corrected", told["corrected"]["count"]),
        ("Retracted", told["retracted"]["count"]),
    )
    return table("entries", "Check-ins of the cycle", {"What": TEXT, "How many": NUMBER}, list(rows))


def _findings(report: Report) -> Table:
    columns = {"Finding": TEXT, "Severity": TEXT, "Before": NUMBER, "Now": NUMBER}
    rows = [(word(each["code"]), each["severity"], each["at_start"], each["at_end"]) for each in report["findings"]["codes"]]
    return table("findings", "Findings then and now", columns, rows)


def _opened(report: Report, which: str) -> Table:
    found = report["findings"][which]
    rows = [(word(each["code"]), each["severity"], each["sentence"]) for each in found["items"]]
    columns = {"Finding": TEXT, "Severity": TEXT, "What": TEXT}
    return table(f"findings-{which}", f"Findings {which}", columns, rows, more=found["more"])
