"""Where a cycle stands as a whole, for the monthly report too."""

from collections.abc import Iterable, Mapping
from typing import Any

from projections.documents.document import Chart, ColumnKind, Paragraph, Section, Table
from projections.reports.presentation.formatting import Report, build_table, display_name, humanize, parse_share, utc_day
from projections.text.phrases import join_with_and, pluralize

TEXT, SHARE, DAY, NUMBER = ColumnKind.TEXT, ColumnKind.SHARE, ColumnKind.DAY, ColumnKind.NUMBER
ENTRY_GROUPS = {"late": "Recorded after the cycle's end", "corrected": "Corrected", "retracted": "Retracted"}


def health_section(report: Report) -> Section:
    told = report["health"]
    brief = tuple(_mismatch_line(each) for each in told["mismatches"])
    return Section(
        "health",
        "Reported and computed health",
        (*_effective_paragraph(told), _health_table(report), _mismatches_table(report)),
        brief,
    )


def findings_section(report: Report) -> Section:
    found = report["findings"]
    turned = [f"{found[which]['count']} {which}" for which in ("opened", "resolved")]
    brief = (join_with_and(turned),) if found["opened"]["count"] or found["resolved"]["count"] else ()
    parts = (Paragraph(f"Since the start {join_with_and(turned)}."), _findings_table(report))
    return Section(
        "findings",
        "Findings",
        (*parts, _changed_findings_table(report, "opened"), _changed_findings_table(report, "resolved")),
        brief,
    )


def entries_section(report: Report) -> Section:
    told = report["entries"]
    turned = [f"{told[which]['count']} {which}" for which in ENTRY_GROUPS if told[which]["count"]]
    parts = (_entries_table(report), *(_entry_group_table(report, which) for which in ENTRY_GROUPS))
    return Section("entries", "Late and corrected entries", parts, (join_with_and(turned),) if turned else ())


def confidence_chart(report: Report) -> Chart:
    told = [each for each in report["confidence"]["over_time"] if each["stated"]]
    rows = [(each["day"], parse_share(each["mean"]), each["stated"]) for each in told]
    columns = {"Due day": DAY, "Mean confidence": SHARE, "Key results": NUMBER}
    silent = len(report["confidence"]["over_time"]) - len(told)
    note = f"On {pluralize(silent, 'due day')} nobody had stated any." if silent else None
    stated = build_table("confidence", "Mean confidence in force", columns, rows, note=note)
    title, series = "Mean confidence over time", ("Mean confidence",)
    return Chart("confidence-chart", title, stated, "line", "Due day", series, parse_share("0"), parse_share("1"))


def _effective_paragraph(told: Mapping[str, Any]) -> Iterable[Paragraph]:
    if told["effective"]:
        yield Paragraph(
            f"In effect: {join_with_and(f'{humanize(name)} {count}' for name, count in told['effective'].items())}."
        )


def _health_table(report: Report) -> Table:
    columns = {"Reported": TEXT, "On track": NUMBER, "At risk": NUMBER, "Off track": NUMBER, "Pending": NUMBER}
    rows = [
        (humanize(row["reported"]) or "nothing", row["on_track"], row["at_risk"], row["off_track"], row["pending"])
        for row in report["health"]["table"]
    ]
    return build_table("health", "Reported down, computed across", columns, rows)


def _mismatches_table(report: Report) -> Table:
    rows = [(each["title"], humanize(each["reported"]), humanize(each["computed"])) for each in report["health"]["mismatches"]]
    return build_table("mismatches", "Where the two differ", {"Key result": TEXT, "Reported": TEXT, "Computed": TEXT}, rows)


def _mismatch_line(each: Mapping[str, Any]) -> str:
    return f"{each['title']}: reported {humanize(each['reported'])}, computed {humanize(each['computed'])}"


def _entries_table(report: Report) -> Table:
    told = report["entries"]
    rows: list[tuple[str, int]] = [("In force", told["check_ins"])]
    rows += [(title, told[which]["count"]) for which, title in ENTRY_GROUPS.items()]
    return build_table("entries", "Check-ins of the cycle", {"What": TEXT, "How many": NUMBER}, rows)


def _entry_group_table(report: Report, which: str) -> Table:
    told = report["entries"][which]
    columns = {"Key result": TEXT, "Measured on": DAY, "Recorded": DAY, "By": TEXT, "Position": NUMBER}
    rows = [
        (
            each["title"],
            each["measured_on"],
            utc_day(each["recorded_at"]),
            display_name(report, each["author"]),
            each["position"],
        )
        for each in told["items"]
    ]
    return build_table(f"entries-{which}", ENTRY_GROUPS[which], columns, rows, more=told["more"])


def _findings_table(report: Report) -> Table:
    columns = {"Finding": TEXT, "Severity": TEXT, "Before": NUMBER, "Now": NUMBER}
    rows = [
        (humanize(each["code"]), each["severity"], each["at_start"], each["at_end"]) for each in report["findings"]["codes"]
    ]
    return build_table("findings", "Findings then and now", columns, rows)


def _changed_findings_table(report: Report, which: str) -> Table:
    found = report["findings"][which]
    rows = [(humanize(each["code"]), each["severity"], each["sentence"]) for each in found["items"]]
    columns = {"Finding": TEXT, "Severity": TEXT, "What": TEXT}
    return build_table(f"findings-{which}", f"Findings {which}", columns, rows, more=found["more"])
