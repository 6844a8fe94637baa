"""Where a cycle stands as a whole, for the monthly report too."""

from collections.abc import Iterable, Mapping
from typing import Any

from projections.documents.document import Chart, Kind, Paragraph, Section, Table
from projections.reports.presentation.formatting import Report, day, name, share, table, word
from projections.text.phrases import counted, listed

TEXT, SHARE, DAY, NUMBER = Kind.TEXT, Kind.SHARE, Kind.DAY, Kind.NUMBER
SORTS = {"late": "Recorded after the cycle's end", "corrected": "Corrected", "retracted": "Retracted"}


def health(report: Report) -> Section:
    told = report["health"]
    brief = tuple(_mismatch(each) for each in told["mismatches"])
    return Section("health", "Reported and computed health", (*_effective(told), _health(report), _mismatches(report)), brief)


def findings(report: Report) -> Section:
    found = report["findings"]
    turned = [f"{found[which]['count']} {which}" for which in ("opened", "resolved")]
    brief = (listed(turned),) if found["opened"]["count"] or found["resolved"]["count"] else ()
    parts = (Paragraph(f"Since the start {listed(turned)}."), _findings(report))
    return Section("findings", "Findings", (*parts, _opened(report, "opened"), _opened(report, "resolved")), brief)


def entries(report: Report) -> Section:
    told = report["entries"]
    turned = [f"{told[which]['count']} {which}" for which in SORTS if told[which]["count"]]
    parts = (_entries(report), *(_listed(report, which) for which in SORTS))
    return Section("entries", "Late and corrected entries", parts, (listed(turned),) if turned else ())


def confidence(report: Report) -> Chart:
    told = [each for each in report["confidence"]["over_time"] if each["stated"]]
    rows = [(each["day"], share(each["mean"]), each["stated"]) for each in told]
    columns = {"Due day": DAY, "Mean confidence": SHARE, "Key results": NUMBER}
    silent = len(report["confidence"]["over_time"]) - len(told)
    note = f"On {counted(silent, 'due day')} nobody had stated any." if silent else None
    stated = table("confidence", "Mean confidence in force", columns, rows, note=note)
    title, series = "Mean confidence over time", ("Mean confidence",)
    return Chart("confidence-chart", title, stated, "line", "Due day", series, share("0"), share("1"))


def _effective(told: Mapping[str, Any]) -> Iterable[Paragraph]:
    if told["effective"]:
        yield Paragraph(f"In effect: {listed(f'{word(name)} {count}' for name, count in told['effective'].items())}.")


def _health(report: Report) -> Table:
    columns = {"Reported": TEXT, "On track": NUMBER, "At risk": NUMBER, "Off track": NUMBER, "Pending": NUMBER}
    rows = [
        (word(row["reported"]) or "nothing", row["on_track"], row["at_risk"], row["off_track"], row["pending"])
        for row in report["health"]["table"]
    ]
    return table("health", "Reported down, computed across", columns, rows)


def _mismatches(report: Report) -> Table:
    rows = [(each["title"], word(each["reported"]), word(each["computed"])) for each in report["health"]["mismatches"]]
    return table("mismatches", "Where the two differ", {"Key result": TEXT, "Reported": TEXT, "Computed": TEXT}, rows)


def _mismatch(each: Mapping[str, Any]) -> str:
    return f"{each['title']}: reported {word(each['reported'])}, computed {word(each['computed'])}"


def _entries(report: Report) -> Table:
    told = report["entries"]
    rows: list[tuple[str, int]] = [("In force", told["check_ins"])]
    rows += [(title, told[which]["count"]) for which, title in SORTS.items()]
    return table("entries", "Check-ins of the cycle", {"What": TEXT, "How many": NUMBER}, rows)


def _listed(report: Report, which: str) -> Table:
    told = report["entries"][which]
    columns = {"Key result": TEXT, "Measured on": DAY, "Recorded": DAY, "By": TEXT, "Position": NUMBER}
    rows = [
        (each["title"], each["measured_on"], day(each["recorded_at"]), name(report, each["author"]), each["position"])
        for each in told["items"]
    ]
    return table(f"entries-{which}", SORTS[which], columns, rows, more=told["more"])


def _findings(report: Report) -> Table:
    columns = {"Finding": TEXT, "Severity": TEXT, "Before": NUMBER, "Now": NUMBER}
    rows = [(word(each["code"]), each["severity"], each["at_start"], each["at_end"]) for each in report["findings"]["codes"]]
    return table("findings", "Findings then and now", columns, rows)


def _opened(report: Report, which: str) -> Table:
    found = report["findings"][which]
    rows = [(word(each["code"]), each["severity"], each["sentence"]) for each in found["items"]]
    columns = {"Finding": TEXT, "Severity": TEXT, "What": TEXT}
    return table(f"findings-{which}", f"Findings {which}", columns, rows, more=found["more"])
