"""Problems: every error as application/problem+json (RFC 9457). The one place where errors become answers."""

from typing import Any

import orjson
import structlog
from flask import Flask, Response, request
from gunicorn.http.errors import ParseException
from marshmallow import ValidationError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from api.http.strict_json import NotJSON
from okr_events.domain.errors import Forbidden, Invalid, NotFound, OKRError, Refused, StaleVersion, Unavailable
from projections.documents.optional_dependency import FormatUnavailable

STATUSES = {
    FormatUnavailable: 406,
    Invalid: 422,
    Refused: 409,
    NotFound: 404,
    Forbidden: 403,
    StaleVersion: 412,
    Unavailable: 503,
}
TYPE_PREFIX = "urn:okr-events:problem:"
RETRY_AFTER = "1"


def problem(status: int, code: str, title: str, detail: str, **more: Any) -> Response:
    body = {"type": TYPE_PREFIX + code, "title": title, "status": status, "detail": detail, "instance": request.path, **more}
    headers = {"Retry-After": RETRY_AFTER} if status in {429, 503} else {}
    return Response(orjson.dumps(body), status, headers, content_type="application/problem+json")


def _redacted_path() -> str:
    """The path for the server's log: without the secret, where the address has one."""
    secret = (request.view_args or {}).get("secret")
    return request.path.replace(secret, "…") if secret else request.path


def register_error_handlers(app: Flask) -> None:
    app.register_error_handler(OKRError, _handle_domain_error)
    app.register_error_handler(ValidationError, _handle_validation_error)
    app.register_error_handler(OperationalError, _handle_busy_store)
    app.register_error_handler(PoolTimeout, _handle_busy_store)
    app.register_error_handler(ParseException, _handle_unreadable_body)
    app.register_error_handler(HTTPException, http_problem)
    app.register_error_handler(Exception, _handle_unexpected_error)


def _handle_domain_error(error: OKRError) -> Response:
    status = next(status for kind, status in STATUSES.items() if isinstance(error, kind))
    more: dict[str, Any] = {}
    if isinstance(error, Unavailable):
        structlog.get_logger().warning("unavailable", path=_redacted_path(), rule=error.code, exc_info=error)
    if isinstance(error, Invalid):
        more["errors"] = [{"pointer": error.pointer, "code": error.code, "detail": error.detail}]
    if isinstance(error, StaleVersion):
        more["version"] = error.version
    return problem(status, error.code, error.title, error.detail, **more)


def _handle_validation_error(error: ValidationError) -> Response:
    errors = list(_flatten_messages("", error.messages))
    detail = "; ".join(f"{each['pointer'] or '/'}: {each['detail']}" for each in errors)
    return problem(422, "invalid-fields", "Some fields are wrong.", detail, errors=errors)


def _flatten_messages(pointer: str, messages: Any) -> Any:
    """Marshmallow's nested messages as a flat list, each with a JSON pointer (RFC 6901)."""
    if isinstance(messages, dict):
        for name, inner in messages.items():
            step = str(name).replace("~", "~0").replace("/", "~1")
            yield from _flatten_messages(pointer if name == "_schema" else f"{pointer}/{step}", inner)
    else:
        for message in messages if isinstance(messages, list) else [messages]:
            yield {"pointer": pointer, "code": _error_code(str(message)), "detail": str(message)}


def _error_code(message: str) -> str:
    return {"Missing data for required field.": "required", "Unknown field.": "unknown-field"}.get(message, "invalid-value")


def http_problem(error: HTTPException) -> Response:
    """What Flask and Werkzeug raise: 400, 401, 404, 405, 406, 413, 415 and their like."""
    if error.response is not None and isinstance(error.response, Response):
        return error.response
    code = NotJSON.problem_code if isinstance(error, NotJSON) else error.name.lower().replace(" ", "-")
    answer = problem(error.code or 500, code, error.name, error.description or error.name)
    for header, value in error.get_headers():
        if header.lower() in {"allow", "www-authenticate", "connection"}:
            answer.headers[header] = value
    return answer


def _handle_unreadable_body(_: Exception) -> Response:
    return problem(400, "unreadable", "Bad Request", "The server cannot read how the body was sent.")


def _handle_busy_store(error: Exception) -> Response:
    structlog.get_logger().warning("store busy", error=str(error))
    return problem(503, "busy", "Not now: try again in a moment.", "A store is busy or cannot be reached.")


def _handle_unexpected_error(error: Exception) -> Response:
    structlog.get_logger().exception("unexpected error", path=_redacted_path(), exc_info=error)
    return problem(500, "unexpected", "Something went wrong on our side.", "It was written to the server's log.")
