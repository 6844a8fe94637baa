"""The export over HTTP: what `okr verify` checks, streamed."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import RAISE

from api.http import responses
from api.http.access_noting import record_access
from api.http.authentication import AUDITORS, require_role
from api.http.content_negotiation import MediaFormat
from api.http.context import stores
from api.http.operation_docs import document_operation
from api.operations.log_export import export_log
from api.representations import live_event_stream
from api.schemas import ledger as schemas

NDJSON = MediaFormat("ndjson", "application/x-ndjson", bytes)
LINES_PER_CHUNK = 200
"""How many lines are sent in one piece."""

blueprint = Blueprint("exports", __name__, description="The log to take away and check elsewhere.")


def _export() -> Response:
    """Export the log, or what is about a cycle, with a checkpoint that is signed now.

    The answer is one line of JSON for each event, then one with the signed checkpoint; `okr verify` checks it offline. An
    answer that ends without that last line is not whole. Every request is noted in the access log.
    """
    query: dict[str, Any] = schemas.ExportQuery().load(request.args, unknown=RAISE)
    export = export_log(stores(), query.get("cycle"), query.get("since"))
    record_access("export", export.size, request.args.to_dict())
    live_event_stream.set_send_timeout(request.environ)
    return responses.with_cache_headers(Response(_chunks(export.lines), mimetype=NDJSON.media_type), None, export.size)


def _chunks(lines: Iterator[bytes]) -> Iterator[bytes]:
    while piece := b"".join(islice(lines, LINES_PER_CHUNK)):
        yield piece


blueprint.get("/v1/ledger/export")(
    document_operation(require_role(AUDITORS)(_export), query=schemas.ExportQuery, shows=None, forms=(NDJSON,))
)
