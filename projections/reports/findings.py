"""Found: the findings that opened and those that were resolved between the start and the end."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from projections.evaluation.goal_graph import Graph
from projections.findings import scope_loader
from projections.findings.finding import CODES, Finding
from projections.findings.findings_difference import opened
from projections.findings.findings_report import Asked as Scope
from projections.findings.registry import findings
from projections.moment import Moment
from projections.reports.context import Asked

SHOWN = 200


def turned(asked: Asked) -> dict[str, Any]:
    """How many were found at the start and at the end, by code; which opened and which were resolved, the severest first."""
    before = _found(asked, asked.start, asked.before)
    after = _found(asked, asked.end, asked.graph)
    counts = [Counter(each.code for each in some) for some in (before, after)]
    return {
        "codes": [
            {"code": code, "severity": CODES[code], "at_start": counts[0][code], "at_end": counts[1][code]}
            for code in CODES
            if counts[0][code] or counts[1][code]
        ],
        "opened": _some(opened(before, after)),
        "resolved": _some(opened(after, before)),
    }


def _found(asked: Asked, moment: Moment, graph: Graph) -> list[Finding]:
    whole = graph if asked.units is None else None
    scene = scope_loader.scene(asked.connection, moment, asked.cycle.id, whole)
    return Scope(asked.cycle.id, asked.units).of(findings(scene))


def _some(found: Sequence[Finding]) -> dict[str, Any]:
    items = [each.as_dict() for each in found[:SHOWN]]
    return {"count": len(found), "items": items, "more": len(found) - len(items)}
