"""Reports: the quarterly retrospective, the monthly report and the weekly digest, in every form that people read."""

from typing import Any

from flask_smorest import Blueprint

from api.http.content_negotiation import JSON, MediaFormat
from api.http.context import stores
from api.http.earlier_moment import parse_earlier_moment
from api.http.query_endpoint import QueryContext, read
from api.representations.report_request import build_report_context
from api.schemas.reports import DigestOf, Monthly, ReportOf, Retrospective, Weekly
from projections.documents import chat_text, csv_zip, html, markdown, pdf, xlsx
from projections.documents.page_limits import shorten
from projections.reports.report_types import REPORT_TYPES, ReportType
from projections.store import lookups

XLSX_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = (
    JSON,
    MediaFormat("html", "text/html", lambda told: html.render(shorten(told)), html.CONTENT_SECURITY_POLICY),
    MediaFormat("pdf", "application/pdf", lambda told: pdf.render(shorten(told)), extension="pdf"),
    MediaFormat("markdown", "text/markdown", lambda told: markdown.render(shorten(told))),
    MediaFormat("csv", "application/zip", csv_zip.render, extension="zip"),
    MediaFormat("xlsx", XLSX_MEDIA_TYPE, xlsx.render, extension="xlsx"),
    MediaFormat("text", "text/plain", chat_text.render),
)
blueprint = Blueprint("reports", __name__, description="What a quarter, a month or a week came to.")


@blueprint.get("/v1/reports/retrospective")
@read(ReportOf, shows=Retrospective, forms=FORMATS)
def retrospective(reading: QueryContext) -> Any:
    """The quarterly retrospective: what a cycle came to, for everybody or for a unit and what lies below it."""
    return _build_report(reading, REPORT_TYPES["retrospective"])


@blueprint.get("/v1/reports/monthly")
@read(DigestOf, shows=Monthly, forms=FORMATS)
def monthly_report(reading: QueryContext) -> Any:
    """The monthly report: what changed since, what wants attention, and where the cycle stands."""
    return _build_report(reading, REPORT_TYPES["monthly"])


@blueprint.get("/v1/reports/weekly")
@read(DigestOf, shows=Weekly, forms=FORMATS)
def weekly_digest(reading: QueryContext) -> Any:
    """The weekly team digest: what changed since, what is due, at risk, blocked, unconfirmed and celebrated."""
    return _build_report(reading, REPORT_TYPES["weekly"])


def _build_report(reading: QueryContext, kind: ReportType) -> Any:
    """The report as plain values for the form JSON, as a document for all others."""
    query, at, connection = reading.query, reading.moment, reading.connection
    since = parse_earlier_moment("since", query["since"], before=at) if "since" in query else None
    cycle = _fetch_cycle(reading)
    asked = build_report_context(stores(), connection, at, kind=kind, cycle=cycle, unit=query.get("unit"), since=since)
    report = kind.build(asked, lambda: None)
    return report if reading.media_format is JSON else kind.document(asked, report)


def _fetch_cycle(reading: QueryContext) -> Any:
    """The cycle that is named, or the present one. Raises `NotFound`."""
    if "cycle" in reading.query:
        return lookups.find_cycle(reading.connection, reading.query["cycle"], reading.position)
    return lookups.find_current_cycle(reading.connection, reading.position, reading.moment.today)
