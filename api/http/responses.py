"""Answers: encoded rows with their position, ETag and what caching needs."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

import orjson
from flask import Response, request

from api.http.content_negotiation import MediaFormat
from api.http.context import stores
from okr_events.register.encryption_keys import EncryptionKeys
from projections.moment import Moment


def find_ciphertexts(value: Any) -> Iterable[str]:
    """The tokens of all sealed words inside."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            if part.keys() == {"sealed"}:
                yield part["sealed"]
            else:
                waiting += part.values()


def decrypt(value: Any) -> Any:
    """The value with its sealed words opened, or the erasure mark where a key is gone."""
    return decrypt_with(stores().register.keys, value)


def decrypt_with(keys: EncryptionKeys, value: Any) -> Any:
    """The same with the keys given."""
    texts = keys.decrypt(find_ciphertexts(value))
    return _replace_ciphertexts(value, texts) if texts else value


def _replace_ciphertexts(value: Any, texts: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_replace_ciphertexts(part, texts) if isinstance(part, dict | list) else part for part in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"sealed"}:
        return texts[value["sealed"]]
    return {name: _replace_ciphertexts(part, texts) if isinstance(part, dict | list) else part for name, part in value.items()}


def etag(stamp: int, moment: Moment | None, revision: int) -> str:
    """`"<version or position>.<digest>"`: the digest covers the address, the moment and the people's revision.

    The revision is read before the answer is made, so that no answer is older than its tag.
    """
    seen = (request.path, sorted(request.args.items()), request.accept_mimetypes.to_header())
    digest = sha256(repr((seen, moment, revision)).encode())
    return f'"{stamp}.{digest.hexdigest()[:16]}"'


def json_response(body: Any, status: int, *, tag: str | None = None, position: int | None = None, **headers: str) -> Response:
    response = Response(orjson.dumps(body), status, content_type="application/json")
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return with_cache_headers(response, tag, position)


def formatted_response(form: MediaFormat, body: Any, *, tag: str, position: int) -> Response:
    """An answer to a read, in the form that was asked for."""
    response = Response(form.encode(body), mimetype=form.media_type)
    if form.content_security_policy:
        response.headers["Content-Security-Policy"] = form.content_security_policy
    if form.extension:
        response.headers.set("Content-Disposition", "attachment", filename=f"{request.path.split('/')[-1]}.{form.extension}")
    return with_cache_headers(response, tag, position)


def not_modified_response(tag: str, position: int) -> Response:
    return with_cache_headers(Response(status=304), tag, position)


def with_cache_headers(response: Response, tag: str | None, position: int | None) -> Response:
    if tag:
        response.headers["ETag"] = tag
    if position is not None:
        response.headers["OKR-Position"] = str(position)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def etag_matches(tag: str) -> bool:
    """Whether the client has this very answer."""
    sent = request.headers.get("If-None-Match", "")
    return tag in (part.strip().removeprefix("W/") for part in sent.split(","))
