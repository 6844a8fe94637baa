"""The Flask application: its resources, error handlers, limits and security headers."""

from collections.abc import Callable, Collection, Iterable
from importlib import import_module
from typing import ParamSpec, TypeVar
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask, Request, Response
from flask_smorest import Api
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from api.http import problems, swagger_ui
from api.http.openapi import CONFIG, build_document, register_fields
from api.http.request_gate import RequestGate
from api.http.security_headers import with_security_headers
from api.operations import logging
from api.operations.settings import PROXY_HEADERS
from api.operations.stores import Stores
from api.representations.live_event_stream import StreamSlots
from api.schemas.component_names import component_name
from api.schemas.response_parts import Problem

P = ParamSpec("P")
R = TypeVar("R")

RESOURCES = (
    *("units", "people", "priorities", "cycles", "objectives", "key_results", "initiatives", "check_ins", "blockers"),
    *("comments", "alignments", "findings", "adherence", "due_list", "calendars", "changes", "explanations", "reviews"),
    *("reports", "roadmap", "tokens", "access_log", "events", "ledger", "service_health", "ledger_export"),
)
"""Modules of `api.resources`, in the order of the OpenAPI document; each has a `blueprint`."""
MAX_LIVE_FEEDS = 8


class UTF8Request(Request):
    @property
    def args(self) -> MultiDict[str, str]:
        try:
            return super().args
        except UnicodeDecodeError:
            raise BadRequest("The URL must be UTF-8.") from None


class OKRFlask(Flask):
    """Flask with security headers on every response; no view is a coroutine, so none is inspected for being one."""

    def ensure_sync(self, func: Callable[P, R]) -> Callable[P, R]:
        return func

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return super().wsgi_app(environ, with_security_headers(start_response))


class ProblemApi(Api):
    ERROR_SCHEMA = Problem

    def handle_http_exception(self, error: HTTPException) -> Response:
        return problems.handle_http_exception(error)


def create_app(stores: Callable[[], Stores], *, largest_body: int, live_feeds: int = MAX_LIVE_FEEDS) -> Flask:
    """The application over stores that requests open; bodies over `largest_body` bytes get 413, further live feeds 503."""
    logging.configure()
    app = OKRFlask(__name__)
    app.request_class = UTF8Request
    app.config.update(CONFIG, MAX_CONTENT_LENGTH=largest_body)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.url_map.strict_slashes = False
    app.extensions["okr-events"] = stores
    app.extensions["okr-live-feeds"] = StreamSlots(live_feeds)
    api = ProblemApi(app, spec_kwargs={"marshmallow_plugin": MarshmallowPlugin(schema_name_resolver=component_name)})
    register_fields(api)
    for resource in RESOURCES:
        api.register_blueprint(import_module(f"api.resources.{resource}").blueprint)
    app.register_blueprint(swagger_ui.create_blueprint(build_document(api)))
    problems.register_error_handlers(app)
    return app


def behind_gate(app: Flask, *, requests: int, largest_body: int, proxy_headers: Collection[str] = ()) -> WSGIApplication:
    """The application as a server runs it: it answers at most `requests` at a time, and trusts these headers of a proxy.

    They are `proto`, `host` and `prefix` for `X-Forwarded-Proto`, `-Host` and `-Prefix`.
    """
    trusted = {f"x_{name}": int(name in proxy_headers) for name in PROXY_HEADERS}
    return RequestGate(ProxyFix(app.wsgi_app, x_for=0, **trusted), places=requests, largest_body=largest_body)
