"""Findings: misalignments and gaps."""

from typing import Any

from flask_smorest import Blueprint

from api.http.earlier_moment import parse_earlier_moment
from api.http.query_endpoint import QueryContext, read
from api.schemas.findings import FindingList, Findings
from projections.findings.findings_report import FindingFilter, FindingsReport
from projections.store import lookups

blueprint = Blueprint("findings", __name__, description="Misalignments and gaps that the system finds.")


@blueprint.get("/v1/findings")
@read(FindingList, shows=Findings)
def list_findings(reading: QueryContext) -> dict[str, Any]:
    """What is amiss, with the events that prove it, and how well each unit is aligned."""
    query = reading.query
    since = parse_earlier_moment("since", query["since"], before=reading.moment) if "since" in query else None
    report = FindingsReport(reading.connection, reading.moment, _finding_filter(reading))
    return report.as_dict(since=since, after=query["after"], limit=query["limit"])


def _finding_filter(reading: QueryContext) -> FindingFilter:
    query, connection, position = reading.query, reading.connection, reading.position
    cycle = lookups.find_cycle(connection, query["cycle"], position) if "cycle" in query else None
    below = lookups.fetch_unit_subtree(connection, query["unit"], position) if "unit" in query else None
    units = frozenset(below) if below else None
    return FindingFilter(cycle.id if cycle else None, units, query.get("code"), query.get("severity"))
