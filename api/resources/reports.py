"""Reports: the quarterly retrospective, the monthly report and the weekly digest, in all their formats."""

from functools import partial

from flask_smorest import Blueprint

from api.http.content_negotiation import JSON, MediaFormat
from api.http.query_endpoint import QueryContext, parse_since, read
from api.http.query_parameters import pointing_at
from api.operations.document_rendering import render
from api.representations.query_scope import requested_cycle
from api.representations.report_request import build_report_context
from api.schemas.reports import DigestOf, Monthly, ReportOf, Retrospective, Weekly
from okr_events.json_types import JsonObject
from projections.documents import chat_text, csv_zip, html, markdown, pdf, xlsx
from projections.documents.document import Document
from projections.documents.page_limits import shorten
from projections.reports.report_types import REPORT_TYPES, ReportType
from projections.store import lookups

XLSX_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = (
    JSON,
    MediaFormat("html", "text/html", lambda report: html.render(shorten(report)), html.CONTENT_SECURITY_POLICY),
    MediaFormat("pdf", "application/pdf", lambda report: render(pdf, shorten(report)), extension="pdf"),
    MediaFormat("markdown", "text/markdown", lambda report: markdown.render(shorten(report))),
    MediaFormat("csv", "application/zip", csv_zip.render, extension="zip"),
    MediaFormat("xlsx", XLSX_MEDIA_TYPE, partial(render, xlsx), extension="xlsx"),
    MediaFormat("text", "text/plain", chat_text.render),
)
blueprint = Blueprint("reports", __name__, description="Retrospectives, monthly reports and weekly digests.")


@blueprint.get("/v1/reports/retrospective")
@read(ReportOf, response=Retrospective, formats=FORMATS)
def retrospective(context: QueryContext) -> JsonObject | Document:
    """Read the quarterly retrospective of a cycle, for the whole organisation or a unit and all below it."""
    return _build_report(context, REPORT_TYPES["retrospective"])


@blueprint.get("/v1/reports/monthly")
@read(DigestOf, response=Monthly, formats=FORMATS)
def monthly_report(context: QueryContext) -> JsonObject | Document:
    """Read the monthly report: what changed, what needs attention, and where the cycle stands."""
    return _build_report(context, REPORT_TYPES["monthly"])


@blueprint.get("/v1/reports/weekly")
@read(DigestOf, response=Weekly, formats=FORMATS)
def weekly_digest(context: QueryContext) -> JsonObject | Document:
    """Read the weekly digest of a team: what changed, what is due, not on track, blocked, unconfirmed and celebrated."""
    return _build_report(context, REPORT_TYPES["weekly"])


def _build_report(context: QueryContext, kind: ReportType) -> JsonObject | Document:
    """The report as plain values for JSON, as a document for other formats. Raises `NotFound`."""
    connection, at, since = context.connection, context.moment, parse_since(context)
    cycle = requested_cycle(context) or lookups.find_current_cycle(connection, context.position, at.today)
    unit = context.query.get("unit")
    with pointing_at("unit", unknown=f"No unit has the id {unit}."):
        request = build_report_context(
            *(context.stores, connection, at), kind=kind, cycle=cycle, unit=unit, since=since, load_graph=context.load_graph
        )
    report = kind.build(request, lambda: None)
    return report if context.media_format is JSON else kind.document(request, report)
