"""Findings: misalignments and gaps."""

from typing import Any

from flask_smorest import Blueprint

from api.http.earlier_moment import named
from api.http.query_endpoint import Reading, read
from api.schemas.findings import FindingList, Findings
from projections.findings.findings_report import Asked, Report
from projections.store import lookups

blueprint = Blueprint("findings", __name__, description="Misalignments and gaps that the system finds.")


@blueprint.get("/v1/findings")
@read(FindingList, shows=Findings)
def list_findings(reading: Reading) -> dict[str, Any]:
    """What is amiss, with the events that prove it, and how well each unit is aligned."""
    query = reading.query
    since = named("since", query["since"], before=reading.moment) if "since" in query else None
    report = Report(reading.connection, reading.moment, _asked(reading))
    return report.as_dict(since=since, after=query["after"], limit=query["limit"])


def _asked(reading: Reading) -> Asked:
    query, connection, position = reading.query, reading.connection, reading.position
    cycle = lookups.cycle_named(connection, query["cycle"], position) if "cycle" in query else None
    below = lookups.below(connection, query["unit"], position) if "unit" in query else None
    units = frozenset(below) if below else None
    return Asked(cycle.id if cycle else None, units, query.get("code"), query.get("severity"))
