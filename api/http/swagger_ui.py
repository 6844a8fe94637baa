"""The OpenAPI document at /openapi.json and a page to browse it at /docs, without any outside host."""

import orjson
from flask import Blueprint, Response
from flask_swagger_ui import get_swaggerui_blueprint

from okr_events.json_types import JsonObject

PAGE_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " connect-src 'self'; frame-ancestors 'none'"
)
UI_CONFIG = {"validatorUrl": None, "oauth2RedirectUrl": "/docs/oauth2-redirect.html"}


def create_blueprint(document: JsonObject) -> Blueprint:
    outer = Blueprint("docs", __name__)
    encoded = orjson.dumps(document)

    @outer.get("/openapi.json")
    def openapi() -> Response:
        return Response(encoded, content_type="application/json")

    page: Blueprint = get_swaggerui_blueprint("/docs", "/openapi.json", config=UI_CONFIG)

    @page.after_request
    def allow_page(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = PAGE_POLICY
        return response

    outer.register_blueprint(page, url_prefix="/docs")
    return outer
