"""The export of the log, which `okr verify` checks, as a stream."""

from collections.abc import Iterator
from itertools import islice

from flask import Response, request
from flask_smorest import Blueprint

from api.http import responses
from api.http.authentication import AUDITORS, require_role
from api.http.content_negotiation import MediaFormat
from api.http.context import caller, record_access, stores
from api.http.openapi import document_operation
from api.http.query_parameters import parse_query, recorded_parameters
from api.operations.log_export import export_log
from api.schemas import ledger as schemas

NDJSON = MediaFormat("ndjson", "application/x-ndjson", bytes)
LINES_PER_CHUNK = 200

blueprint = Blueprint("exports", __name__, description="The log, to verify elsewhere.")


def _export() -> Response:
    """Export the log, or the events about a cycle, with a newly signed checkpoint.

    The response is one line of JSON for each event, then one with the signed checkpoint; `okr verify` checks it offline. A
    response without that last line is incomplete. Every request is recorded in the access log.
    """
    query = parse_query(schemas.ExportQuery, request.args)
    backend = stores()
    export = export_log(backend, query.get("cycle"), query.get("since"))
    record_access(backend, caller(), "export", export.size, recorded_parameters(request.args))
    return responses.with_cache_headers(Response(_chunks(export.lines), mimetype=NDJSON.media_type), None, export.size)


def _chunks(lines: Iterator[bytes]) -> Iterator[bytes]:
    while chunk := b"".join(islice(lines, LINES_PER_CHUNK)):
        yield chunk


blueprint.get("/v1/ledger/export")(
    document_operation(require_role(AUDITORS)(_export), query=schemas.ExportQuery, response=None, formats=(NDJSON,))
)
