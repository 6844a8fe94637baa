"""Found: the findings that opened and those that were resolved between the start and the end."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from projections.evaluation.goal_graph import GoalGraph
from projections.findings import scope_loader
from projections.findings.finding import CODES, Finding, new_findings
from projections.findings.findings_report import FindingFilter as Scope
from projections.findings.registry import find_all
from projections.moment import Moment
from projections.reports.context import ReportContext

MAX_ITEMS = 200


def summarize_findings(asked: ReportContext) -> dict[str, Any]:
    """How many were found at the start and at the end, by code; which opened and which were resolved, the severest first."""
    before = _evaluate_findings(asked, asked.start, asked.start_graph)
    after = _evaluate_findings(asked, asked.end, asked.end_graph)
    counts = [Counter(each.code for each in some) for some in (before, after)]
    return {
        "codes": [
            {"code": code, "severity": CODES[code], "at_start": counts[0][code], "at_end": counts[1][code]}
            for code in CODES
            if counts[0][code] or counts[1][code]
        ],
        "opened": _serialize_findings(new_findings(before, after)),
        "resolved": _serialize_findings(new_findings(after, before)),
    }


def _evaluate_findings(asked: ReportContext, moment: Moment, graph: GoalGraph) -> list[Finding]:
    whole = graph if asked.units is None else None
    scene = scope_loader.load_scope(asked.connection, moment, asked.cycle.id, whole)
    return Scope(asked.cycle.id, asked.units).apply(find_all(scene))


def _serialize_findings(found: Sequence[Finding]) -> dict[str, Any]:
    items = [each.as_dict() for each in found[:MAX_ITEMS]]
    return {"count": len(found), "items": items, "more": len(found) - len(items)}
