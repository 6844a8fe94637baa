"""Reports: the quarterly retrospective, the monthly report and the weekly digest, in every form that people read."""

from typing import Any

from flask_smorest import Blueprint

from api.http.content_negotiation import JSON, Form
from api.http.context import stores
from api.http.earlier_moment import named
from api.http.query_endpoint import Reading, read
from api.representations.report_request import asked_of
from api.schemas.reports import DigestOf, Monthly, ReportOf, Retrospective, Weekly
from projections.documents import chat_text, csv_zip, html, markdown, pdf, xlsx
from projections.documents.page_limits import shortened
from projections.reports.report_types import KINDS, Kind
from projections.store import lookups

SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS = (
    JSON,
    Form("html", "text/html", lambda told: html.written(shortened(told)), html.POLICY),
    Form("pdf", "application/pdf", lambda told: pdf.written(shortened(told)), extension="pdf"),
    Form("markdown", "text/markdown", lambda told: markdown.written(shortened(told))),
    Form("csv", "application/zip", csv_zip.written, extension="zip"),
    Form("xlsx", SHEETS, xlsx.written, extension="xlsx"),
    Form("text", "text/plain", chat_text.written),
)
blueprint = Blueprint("reports", __name__, description="What a quarter, a month or a week came to.")


@blueprint.get("/v1/reports/retrospective")
@read(ReportOf, shows=Retrospective, forms=FORMS)
def retrospective(reading: Reading) -> Any:
    """The quarterly retrospective: what a cycle came to, for everybody or for a unit and what lies below it."""
    return _told(reading, KINDS["retrospective"])


@blueprint.get("/v1/reports/monthly")
@read(DigestOf, shows=Monthly, forms=FORMS)
def monthly(reading: Reading) -> Any:
    """The monthly report: what changed since, what wants attention, and where the cycle stands."""
    return _told(reading, KINDS["monthly"])


@blueprint.get("/v1/reports/weekly")
@read(DigestOf, shows=Weekly, forms=FORMS)
def weekly(reading: Reading) -> Any:
    """The weekly team digest: what changed since, what is due, at risk, blocked, unconfirmed and celebrated."""
    return _told(reading, KINDS["weekly"])


def _told(reading: Reading, kind: Kind) -> Any:
    """The report as plain values for the form JSON, as a document for all others."""
    query, at, connection = reading.query, reading.moment, reading.connection
    since = named("since", query["since"], before=at) if "since" in query else None
    cycle = _cycle(reading)
    asked = asked_of(stores(), connection, at, kind=kind, cycle=cycle, unit=query.get("unit"), since=since)
    report = kind.make(asked, lambda: None)
    return report if reading.form is JSON else kind.document(asked, report)


def _cycle(reading: Reading) -> Any:
    """The cycle that is named, or the present one. Raises `NotFound`."""
    if "cycle" in reading.query:
        return lookups.cycle_named(reading.connection, reading.query["cycle"], reading.position)
    return lookups.present_cycle(reading.connection, reading.position, reading.moment.today)
