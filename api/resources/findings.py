"""Findings: misalignments and gaps."""

from flask_smorest import Blueprint

from api.http.query_endpoint import QueryContext, parse_since, read
from api.representations.query_scope import requested_scope
from api.schemas.findings import FindingList, Findings
from okr_events.json_types import JsonObject
from projections.findings.findings_report import FindingFilter, FindingsReport

blueprint = Blueprint("findings", __name__, description="Misalignments and gaps that the system finds.")


@blueprint.get("/v1/findings")
@read(FindingList, response=Findings)
def list_findings(context: QueryContext) -> JsonObject:
    """List findings with the events behind them, and each unit's alignment score."""
    query, since, scope = context.query, parse_since(context), requested_scope(context)
    selection = FindingFilter(scope.cycle_id, scope.units, query.get("code"), query.get("severity"))
    report = FindingsReport(context.connection, context.moment, selection, context.load_graph)
    return report.as_dict(since=since, after=query["after"], limit=query["limit"])
