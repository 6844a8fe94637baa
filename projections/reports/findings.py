"""The findings that opened and those that were resolved between the start and the end."""

from collections import Counter
from collections.abc import Sequence

from okr_events.json_types import JsonObject
from projections.evaluation.goal_graph import GoalGraph
from projections.findings import scope_loader
from projections.findings.finding import CODES, Finding, new_findings
from projections.findings.findings_report import FindingFilter
from projections.findings.registry import find_all
from projections.moment import Moment
from projections.reports.context import ReportContext

MAX_ITEMS = 200


def summarize_findings(context: ReportContext) -> JsonObject:
    """The number of findings at the start and at the end by code, and those that opened or were resolved, most severe first."""
    before = _evaluate_findings(context, context.start, context.start_graph)
    after = _evaluate_findings(context, context.end, context.end_graph)
    at_start, at_end = (Counter(finding.code for finding in findings) for findings in (before, after))
    return {
        "codes": [
            {"code": code, "severity": CODES[code], "at_start": at_start[code], "at_end": at_end[code]}
            for code in CODES
            if at_start[code] or at_end[code]
        ],
        "opened": _serialize_findings(new_findings(before, after)),
        "resolved": _serialize_findings(new_findings(after, before)),
    }


def _evaluate_findings(context: ReportContext, moment: Moment, graph: GoalGraph) -> list[Finding]:
    """The findings of the report's units; without units the graph of the whole cycle is reused."""
    if context.units is not None:
        graph = context.load_graph(context.connection, moment, context.cycle.id, context.judged_on)
    scope = scope_loader.load_scope(context.connection, moment, context.cycle.id, graph)
    return FindingFilter(context.cycle.id, context.units).apply(find_all(scope))


def _serialize_findings(findings: Sequence[Finding]) -> JsonObject:
    items = [finding.as_dict() for finding in findings[:MAX_ITEMS]]
    return {"count": len(findings), "items": items, "more": len(findings) - len(items)}
