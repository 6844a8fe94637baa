"""The OpenAPI document at /openapi.json and a page to browse it at /docs, without any outside host; / leads to the page."""

from importlib.metadata import version
from pathlib import Path

import flask_swagger_ui
import orjson
from flask import Blueprint, Response, render_template, request, send_from_directory
from jinja2.utils import htmlsafe_json_dumps

from okr_events.json_types import JsonObject

PAGE_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " connect-src 'self'; frame-ancestors 'none'"
)
PACKAGE = Path(flask_swagger_ui.__file__).parent


def create_blueprint(document: JsonObject) -> Blueprint:
    docs = Blueprint("docs", __name__, template_folder=str(PACKAGE / "templates"))
    encoded = orjson.dumps(document)

    @docs.get("/")
    def root() -> Response:
        return Response(status=302, headers={"Location": f"{request.script_root}/docs/"})

    @docs.get("/openapi.json")
    def openapi() -> Response:
        return Response(encoded, content_type="application/json")

    @docs.get("/docs/")
    def page() -> Response:
        return Response(_render_page(request.script_root), mimetype="text/html")

    @docs.get("/docs/<path:name>")
    def asset(name: str) -> Response:
        return send_from_directory(PACKAGE / "dist", name)

    @docs.after_request
    def finish(response: Response) -> Response:
        """Let the page load its own parts; behind a path prefix, tell the document's readers where its paths begin."""
        if request.endpoint in {"docs.page", "docs.asset"}:
            response.headers["Content-Security-Policy"] = PAGE_POLICY
        if request.endpoint == "docs.openapi" and request.script_root:
            response.data = orjson.dumps({**document, "servers": [{"url": request.script_root}]})
        return response

    return docs


def _render_page(prefix: str) -> str:
    """The page of flask-swagger-ui, whose own view knows no path prefix."""
    config = {
        "url": f"{prefix}/openapi.json",
        "dom_id": "#swagger-ui",
        "layout": "StandaloneLayout",
        "deepLinking": True,
        "validatorUrl": None,
        "oauth2RedirectUrl": f"{prefix}/docs/oauth2-redirect.html",
    }
    return render_template(
        "index.template.html",
        base_url=f"{prefix}/docs",
        app_name="okr-events",
        config_json=htmlsafe_json_dumps(config),
        version=version("flask-swagger-ui"),
    )
