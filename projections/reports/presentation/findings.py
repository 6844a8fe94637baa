"""The section on findings."""

from projections.documents.document import Paragraph, Section
from projections.reports.presentation.formatting import Report, item_table
from projections.text.phrases import join_with_and

CODE_COLUMNS = {"Finding": "code", "Severity": "severity", "At start": "at_start", "At end": "at_end"}
CHANGE_COLUMNS = {"Finding": "code", "Severity": "severity", "Description": "sentence"}


def section(report: Report) -> Section:
    findings = report["findings"]
    changes = {state: findings[state] for state in ("opened", "resolved")}
    counts = join_with_and(f"{group['count']} {state}" for state, group in changes.items())
    tables = (
        item_table(report, "findings", "Findings at start and end", CODE_COLUMNS, findings["codes"], empty="No findings."),
        *(
            item_table(
                *(report, f"findings-{state}", f"Findings {state}", CHANGE_COLUMNS, group["items"]),
                more=group["more"],
                empty=f"No findings were {state}.",
            )
            for state, group in changes.items()
        ),
    )
    brief = (counts,) if any(group["count"] for group in changes.values()) else ()
    return Section("findings", "Findings", (Paragraph(f"Since the start: {counts}."), *tables), brief)
