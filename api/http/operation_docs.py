"""Documenting: what OpenAPI says of a view, taken from the same schemas that parse it."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema

from api.http.content_negotiation import JSON, MediaFormat
from api.schemas.response_parts import Problem

View = Callable[..., Any]
PROBLEM = {"application/problem+json": {"schema": Problem}}
COMMAND_HEADERS = [
    {
        "in": "header",
        "name": "Idempotency-Key",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        "description": "The same key, caller and request gives the first answer again.",
    },
    {
        "in": "header",
        "name": "If-Match",
        "schema": {"type": "string"},
        "description": 'The version that the client saw, such as `"3"`, or the whole ETag of a read.',
    },
    {
        "in": "query",
        "name": "dry_run",
        "schema": {"type": "boolean", "default": False},
        "description": "The same checks and answer, nothing recorded.",
    },
]
COMMAND_FAILURES = (400, 401, 403, 404, 409, 412, 413, 415, 422, 503)
PUBLIC_FAILURES = (404, 503)
READ_FAILURES = (400, 401, 403, 404, 422, 503)


def document_operation(
    view: View,
    *,
    shows: Any,
    query: type[Schema] | None = None,
    body: type[Schema] | None = None,
    status: int = 200,
    forms: Sequence[MediaFormat] = (JSON,),
    headers: Sequence[dict[str, Any]] = (),
    public: bool = False,
) -> View:
    """Give a view its parameters, its body, its answer and its problems in the OpenAPI document."""
    parameters: list[Any] = [*headers, *(COMMAND_HEADERS if body else ())]
    if query:
        parameters.append({"in": "query", "schema": query})
    usual = PUBLIC_FAILURES if public else COMMAND_FAILURES if body else READ_FAILURES
    failures = (*usual, *((406,) if len(forms) > 1 else ()))
    content = {form.media_type: {"schema": shows} if form is JSON else _schema(form) for form in forms}
    answers: dict[str, Any] = {
        str(status): {"description": HTTPStatus(status).phrase, "content": content},
        **{str(code): {"description": HTTPStatus(code).phrase, "content": PROBLEM} for code in failures},
    }
    if not body:
        answers["304"] = {"description": HTTPStatus(304).phrase}
    said: dict[str, Any] = {"parameters": parameters, "responses": answers, "security": [] if public else [{"bearer": []}]}
    if body:
        said["requestBody"] = {"content": {"application/json": {"schema": body}}}
    described: View = Blueprint.doc(**said)(view)
    return described


def _schema(form: MediaFormat) -> dict[str, Any]:
    """Text is a string; OpenAPI says nothing of what is not."""
    return {"schema": {"type": "string"}} if form.is_text else {}
