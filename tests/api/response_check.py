"""A test client that checks the status, the media type and the JSON of each response against the OpenAPI document."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import orjson
from flask import Response
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter
from werkzeug.test import TestResponse

from tests.api.schema_check import Check, SchemaCompiler

PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
UNEXPECTED_ERROR = 500
"""The one status that no operation documents."""


class UndocumentedResponse(AssertionError):
    """The OpenAPI document does not describe the response."""


class CheckedClient(FlaskClient):
    """Raises `UndocumentedResponse` for a response that differs from the document."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        operation = find_operation(self.application.url_map.bind(""), response.request.method, response.request.path)
        checker_of(self.application.view_functions["docs.openapi"]).check(operation, response)
        return response


def find_operation(urls: MapAdapter, method: str, path: str) -> tuple[str, str] | None:
    """The path template and the method as the document writes them; `None` where the application has no such endpoint."""
    try:
        rule, _ = urls.match(path, method, return_rule=True)
    except HTTPException:
        return None
    return path_template(rule.rule), "get" if method == "HEAD" else method.lower()


@cache
def path_template(rule: str) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)


@cache
def checker_of(document_view: Callable[[], Response]) -> "ResponseChecker":
    return ResponseChecker(orjson.loads(document_view().data))


class ResponseChecker:
    """Checks responses against one document, whose schemas are compiled at their first use."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.paths = document["paths"]
        self.compile_schema = SchemaCompiler(document["components"]["schemas"])
        self.content_checks: dict[Any, dict[str, Check]] = {}

    def check(self, operation: tuple[str, str] | None, response: TestResponse) -> None:
        """Raises `UndocumentedResponse`; successful answers outside the document (`/docs`, `OPTIONS`) are not checked."""
        documented = operation is not None and operation[0] in self.paths and operation[1] != "options"
        if documented or response.status_code >= 400:
            key = (operation if documented else None, response.status_code)
            if key not in self.content_checks:
                self.content_checks[key] = self._compile_content(*key)
            problem = self._find_difference(self.content_checks[key], response)
            if problem:
                request = response.request
                raise UndocumentedResponse(f"{request.method} {request.path} {response.status_code}: {problem}")

    def _compile_content(self, operation: tuple[str, str] | None, status: int) -> dict[str, Check]:
        if operation is None or status == UNEXPECTED_ERROR:
            content: dict[str, Any] = PROBLEM
        else:
            path, method = operation
            described = self.paths[path][method]["responses"]
            if str(status) not in described:
                raise UndocumentedResponse(f"{method} {path}: status {status} is not documented")
            content = described[str(status)].get("content", {})
        return {media_type: self.compile_schema(part.get("schema", {})) for media_type, part in content.items()}

    @staticmethod
    def _find_difference(checks: dict[str, Check], response: TestResponse) -> str | None:
        if response.request.method == "HEAD" or not checks:
            return "a body is not documented" if response.data else None
        if response.mimetype not in checks:
            return f"media type {response.mimetype} is not documented"
        return checks[response.mimetype](orjson.loads(response.data)) if response.is_json else None
