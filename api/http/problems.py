"""Problems: every error as application/problem+json (RFC 9457). The one place where errors become responses."""

from collections.abc import Iterator, Mapping
from itertools import islice

import orjson
import structlog
from eventsourcing.persistence import OperationalError as LogError
from flask import Flask, Request, Response, current_app, has_request_context, request
from gunicorn.http import errors as gunicorn_errors
from gunicorn.http.errors import ParseException
from marshmallow import ValidationError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from api.http.request_gate import RequestTimedOut
from api.http.strict_json import NotJSON
from okr_events.domain.errors import Forbidden, Invalid, NotFound, OKRError, Refused, StaleVersion, StoreBusy, Unavailable
from okr_events.json_types import Json, JsonObject
from projections.documents.optional_dependency import FormatUnavailable
from projections.documents.render_process import DocumentTooLarge

STATUSES = {
    FormatUnavailable: 406,
    DocumentTooLarge: 406,
    Invalid: 422,
    Refused: 409,
    NotFound: 404,
    Forbidden: 403,
    StaleVersion: 412,
    Unavailable: 503,
}
UNPARSED_REQUESTS: dict[type[Exception], tuple[int, str, str]] = {
    gunicorn_errors.LimitRequestLine: (414, "uri-too-long", "URI Too Long"),
    gunicorn_errors.LimitRequestHeaders: (431, "headers-too-large", "Request Header Fields Too Large"),
    gunicorn_errors.ExpectationFailed: (417, "expectation-failed", "Expectation Failed"),
    gunicorn_errors.UnsupportedTransferCoding: (501, "not-implemented", "Not Implemented"),
    RequestTimedOut: (408, "request-timeout", "Request Timeout"),
    ParseException: (400, "unreadable", "Bad Request"),
}
"""Status, code and title of a request that gunicorn cannot parse."""
ERROR_CODES = {"Missing data for required field.": "required", "Unknown field.": "unknown-field"}
ENDINGS = ("cancellation", "closing", "retirement", "ending", "retraction", "resolution", "revocation", "erasure")
"""The last words of the addresses of commands that end something."""
QUERY_METHODS = {"GET", "HEAD"}
UNEXPECTED = ("unexpected", "Internal server error.", "The error was written to the server's log.")
TYPE_PREFIX = "urn:okr-events:problem:"
RETRY_AFTER = "1"
MAX_ERRORS = 20
MAX_TEXT = 500
"""The most characters of a detail and of a pointer: both can repeat what a client sent."""


def problem(path: str, status: int, code: str, title: str, detail: str, **more: Json) -> Response:
    """The problem of a request to this path."""
    instance = f"{request.script_root}{path}" if has_request_context() else path
    body = {"type": TYPE_PREFIX + code, "title": title, "status": status, "detail": _cut(detail), "instance": instance, **more}
    headers = {"Retry-After": RETRY_AFTER} if status in {429, 503} else {}
    return Response(orjson.dumps(body), status, headers, content_type="application/problem+json")


def register_error_handlers(app: Flask) -> None:
    app.register_error_handler(OKRError, _handle_domain_error)
    app.register_error_handler(ValidationError, _handle_validation_error)
    app.register_error_handler(OperationalError, _handle_busy_store)
    app.register_error_handler(PoolTimeout, _handle_busy_store)
    app.register_error_handler(LogError, _handle_busy_store)
    app.register_error_handler(ParseException, _handle_unreadable_body)
    app.register_error_handler(HTTPException, handle_http_exception)
    app.register_error_handler(Exception, _handle_unexpected_error)


def _handle_domain_error(error: OKRError) -> Response:
    status = next(status for kind, status in STATUSES.items() if isinstance(error, kind))
    more: JsonObject = {}
    if isinstance(error, Unavailable):
        structlog.get_logger().warning("unavailable", path=_redacted_path(request), rule=error.code, exc_info=error)
    if error.pointer is not None:
        more["errors"] = [_field_error(error.pointer, error.code, error.detail, error.located_by)]
    if isinstance(error, StaleVersion):
        more["version"] = error.version
    return problem(request.path, status, error.code, error.title, error.detail, **more)


def _handle_validation_error(error: ValidationError) -> Response:
    found = _flatten_messages("", error.messages)
    first = islice(found, MAX_ERRORS)
    errors = [_field_error(pointer, ERROR_CODES.get(message, "invalid-value"), message) for pointer, message in first]
    more = {"more_errors": count} if (count := sum(1 for _ in found)) else {}
    detail = "; ".join(f"{_place(error) or '/'}: {error['detail']}" for error in errors)
    return problem(request.path, 422, "invalid-fields", "Some fields are invalid.", detail, errors=errors, **more)


def _locate(request: Request, pointer: str, located_by: str = "pointer") -> Mapping[str, str]:
    """The name of a header or a query parameter, or a JSON pointer into the body; a query has no body, only parameters."""
    if located_by == "pointer" and request.method not in QUERY_METHODS:
        return {"pointer": pointer}
    return {"header" if located_by == "header" else "parameter": pointer.removeprefix("/").partition("/")[0]}


def _flatten_messages(pointer: str, messages: object) -> Iterator[tuple[str, str]]:
    """Marshmallow's nested messages as a flat list, each with a JSON pointer (RFC 6901)."""
    if isinstance(messages, dict):
        for name, inner in messages.items():
            step = str(name).replace("~", "~0").replace("/", "~1")
            yield from _flatten_messages(pointer if name == "_schema" else f"{pointer}/{step}", inner)
    else:
        for message in map(str, messages if isinstance(messages, list) else [messages]):
            yield pointer, message


def _field_error(pointer: str, code: str, detail: str, located_by: str = "pointer") -> dict[str, str]:
    return {**_locate(request, _cut(pointer), located_by), "code": code, "detail": _cut(detail)}


def _place(error: Mapping[str, str]) -> str:
    return next(iter(error.values()))


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 1]}…"


def handle_http_exception(error: HTTPException) -> Response:
    """Errors of Flask and Werkzeug: 400, 401, 404, 405, 406, 413, 415 and others."""
    if error.response is not None and isinstance(error.response, Response):
        return error.response
    code = NotJSON.problem_code if isinstance(error, NotJSON) else error.name.lower().replace(" ", "-")
    detail = _describe_methods(request, error) if isinstance(error, MethodNotAllowed) else error.description
    response = problem(request.path, error.code or 500, code, error.name, detail or error.name)
    for header, value in error.get_headers():
        if header.lower() in {"allow", "www-authenticate", "connection"}:
            response.headers[header] = value
    return response


def _describe_methods(request: Request, error: MethodNotAllowed) -> str:
    """The methods that the address accepts; for DELETE, what to send instead."""
    methods = " and ".join(sorted(set(error.valid_methods or ()) - {"HEAD", "OPTIONS"}))
    accepted = f"This address accepts {methods}."
    if request.method != "DELETE":
        return accepted
    urls = current_app.url_map.bind("")
    endings = [f"POST {request.path}/{word}" for word in ENDINGS if urls.test(f"{request.path}/{word}", "POST")]
    if not endings:
        return f"Nothing is ever deleted, and there is no command that ends this. {accepted}"
    return f"Nothing is ever deleted. To end this, send {' or '.join(endings)}."


def _handle_unreadable_body(error: Exception) -> Response:
    return unparsed_request_problem(request.path, error)


def unparsed_request_problem(path: str, error: Exception) -> Response:
    """The problem of a request that did not arrive whole, or that gunicorn cannot parse; other errors are unexpected."""
    for kind, (status, code, title) in UNPARSED_REQUESTS.items():
        if isinstance(error, kind):
            return problem(path, status, code, title, str(error) or title)
    return problem(path, 500, *UNEXPECTED)


def _handle_busy_store(error: Exception) -> Response:
    structlog.get_logger().warning("store busy", error=str(error))
    busy = StoreBusy()
    return problem(request.path, 503, busy.code, busy.title, busy.detail)


def _handle_unexpected_error(error: Exception) -> Response:
    structlog.get_logger().exception("unexpected error", path=_redacted_path(request), exc_info=error)
    return problem(request.path, 500, *UNEXPECTED)


def _redacted_path(request: Request) -> str:
    """The path for the server's log, without the secret that a calendar's address has."""
    secret = (request.view_args or {}).get("secret")
    return request.path.replace(secret, "…") if secret else request.path
