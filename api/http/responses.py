"""HTTP responses with their position, ETag and cache headers."""

from hashlib import sha256
from wsgiref.types import WSGIEnvironment

import orjson
from flask import Request, Response
from werkzeug.datastructures import Headers
from werkzeug.urls import iri_to_uri

from api.http.content_negotiation import MediaFormat
from okr_events.json_types import Json, JsonObject
from projections.moment import Moment


class JSONResponse(Response):
    """A response that has all its headers, so that none is completed when it is sent."""

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:  # noqa: ARG002 - the base's signature
        return self.headers


def etag(request: Request, stamp: int, moment: Moment | None, revision: int) -> str:
    """`"<version or position>.<digest>"`: the digest covers the URL, the moment and the people's revision.

    Read the revision before the body, so that no body is older than its ETag.
    """
    digest = sha256(repr((address(request), moment, revision)).encode())
    return f'"{stamp}.{digest.hexdigest()[:16]}"'


def address(request: Request) -> tuple[str, list[tuple[str, str]], str]:
    """What a request asks for, and in which form."""
    return request.path, sorted(request.args.items(multi=True)), request.accept_mimetypes.to_header()


def etag_matches(request: Request, tag: str) -> bool:
    """Whether the client has this response already."""
    sent = request.headers.get("If-None-Match", "")
    return tag in (part.strip().removeprefix("W/") for part in sent.split(","))


def is_unwanted(request: Request, tag: str) -> bool:
    """Whether the client wants only another response than this, or none (`*`) where the resource exists, as it does."""
    return request.headers.get("If-None-Match", "").strip() == "*" or etag_matches(request, tag)


def location(request: Request, path: str) -> dict[str, str]:
    """The header with the path as clients reach it, also behind a proxy that adds a prefix."""
    return {"Location": iri_to_uri(request.script_root + path) if request.script_root else path}


def json_response(
    body: JsonObject, status: int, *, tag: str | None = None, position: int | None = None, **headers: str
) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return JSONResponse(orjson.dumps(body), status, named | cache_headers(tag, position), content_type="application/json")


def formatted_response(request: Request, media_format: MediaFormat, body: Json, *, tag: str, position: int) -> Response:
    """The body in a media format, as an attachment where the format has a file extension."""
    response = Response(media_format.encode(body), mimetype=media_format.media_type)
    if media_format.content_security_policy:
        response.headers["Content-Security-Policy"] = media_format.content_security_policy
    if media_format.extension:
        filename = f"{request.path.split('/')[-1]}.{media_format.extension}"
        response.headers.set("Content-Disposition", "attachment", filename=filename)
    return with_cache_headers(response, tag, position)


def not_modified_response(tag: str, position: int | None) -> Response:
    return with_cache_headers(Response(status=304), tag, position)


def with_cache_headers(response: Response, tag: str | None, position: int | None) -> Response:
    response.headers.update(cache_headers(tag, position))
    return response


def cache_headers(tag: str | None, position: int | None) -> dict[str, str]:
    headers = {"ETag": tag, "OKR-Position": None if position is None else str(position), "Cache-Control": "private, no-cache"}
    return {name: value for name, value in headers.items() if value}
