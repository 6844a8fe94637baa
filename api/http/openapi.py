"""The OpenAPI document: each operation documented from the schemas that parse it, and what all operations share."""

from collections.abc import Callable, Sequence
from http import HTTPStatus

from flask import Response
from flask_smorest import Api, Blueprint
from marshmallow import Schema

from api.http.content_negotiation import JSON, MediaFormat
from api.http.context import P
from api.http.openapi_nulls import allow_nulls
from api.schemas.fields import Number, NumberInput
from api.schemas.response_parts import Problem
from okr_events.json_types import JsonObject

CONFIG = {
    "API_TITLE": "okr-events",
    "API_VERSION": "1",
    "OPENAPI_VERSION": "3.1.0",
    "API_SPEC_OPTIONS": {
        "info": {"description": "Record OKRs as immutable events; read them as of now or as of any past moment."},
        "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
    },
}
PROBLEM = {"application/problem+json": {"schema": Problem}}
IDEMPOTENCY_KEY = "A repeated request by the same caller with the same key gets the first response again."
IF_MATCH = 'The version that the client read, such as `"3"`, or the whole ETag of a read.'
VERSION_PATTERN = r'\s*(\*|(W/)?"[0-9]{1,18}(\.[0-9a-f]*)?")\s*'
DRY_RUN = "Run all checks and return the response without recording anything."
COMMAND_PARAMETERS = [
    {"in": place, "name": name, "schema": schema, "description": description}
    for place, name, schema, description in (
        ("header", "Idempotency-Key", {"type": "string", "minLength": 1, "maxLength": 255}, IDEMPOTENCY_KEY),
        ("header", "If-Match", {"type": "string", "pattern": f"^{VERSION_PATTERN}$"}, IF_MATCH),
        ("query", "dry_run", {"type": "boolean", "default": False}, DRY_RUN),
    )
]
COMMAND_FAILURES = (400, 401, 403, 404, 409, 412, 413, 414, 415, 422, 503)
PUBLIC_FAILURES = (404, 503)
READ_FAILURES = (400, 401, 403, 404, 414, 422, 503)


def document_operation(
    view: Callable[P, Response],
    *,
    response: type[Schema] | None,
    query: type[Schema] | None = None,
    body: type[Schema] | None = None,
    status: int = 200,
    formats: Sequence[MediaFormat] = (JSON,),
    headers: Sequence[JsonObject] = (),
    public: bool = False,
) -> Callable[P, Response]:
    """Document a view's parameters, body, responses and problems."""
    parameters: list[JsonObject] = [*headers, *(COMMAND_PARAMETERS if body else ())]
    if query:
        parameters.append({"in": "query", "schema": query})
    usual = PUBLIC_FAILURES if public else COMMAND_FAILURES if body else READ_FAILURES
    failures = (*usual, *((406,) if len(formats) > 1 else ()))
    schemas = {True: {"schema": {"type": "string"}}, False: {}}  # binary content has no schema
    content = {each.media_type: {"schema": response} if each is JSON else schemas[each.is_text] for each in formats}
    responses: JsonObject = {
        str(status): {"description": HTTPStatus(status).phrase, "content": content},
        **{str(code): {"description": HTTPStatus(code).phrase, "content": PROBLEM} for code in failures},
    }
    if not body:
        responses["304"] = {"description": HTTPStatus(304).phrase}
    operation: JsonObject = {"parameters": parameters, "responses": responses}
    operation["security"] = [] if public else [{"bearer": []}]
    if body:
        operation["requestBody"] = {"content": {"application/json": {"schema": body}}}
    documented: Callable[P, Response] = Blueprint.doc(**operation)(view)
    return documented


def build_document(api: Api) -> JsonObject:
    """The document, without flask-smorest's shared responses: every operation documents its own problems."""
    document: JsonObject = api.spec.to_dict()
    document["components"].pop("responses", None)
    for path in document["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict):
                operation.get("responses", {}).pop("default", None)
    allow_nulls(document)
    return document


def register_fields(api: Api) -> None:
    api.register_field(Number, "string", "decimal")
    api.register_field(NumberInput, ["string", "number"], "decimal")
