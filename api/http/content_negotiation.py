"""Forms: the media types in which one answer can be had, and the one that a client asks for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from flask import Response, request
from marshmallow import Schema, fields
from marshmallow.validate import OneOf
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import NotAcceptable


@dataclass(frozen=True, slots=True)
class MediaFormat:
    """A media type with its name in `?format=`, how a body is written in it, and what a browser may load for it; with an
    `extension` it is kept as a file.
    """

    name: str
    media_type: str
    encode: Callable[[Any], bytes | str]
    content_security_policy: str | None = None
    extension: str | None = None

    @property
    def is_text(self) -> bool:
        return self.media_type.startswith("text/") or self.media_type.endswith("+xml")


JSON = MediaFormat("json", "application/json", orjson.dumps)


def plain_json_encoder(write: Callable[[Any], str]) -> Callable[[Any], str]:
    """Make a form's writer of a function of plain JSON values: what a client of the JSON form reads."""
    return lambda body: write(orjson.loads(orjson.dumps(body)))


def with_format(query: type[Schema], forms: Sequence[MediaFormat]) -> type[Schema]:
    """The query with `format`, for those who cannot set a header, where there is a choice."""
    if len(forms) == 1:
        return query
    described = {"description": "The form of the answer, whatever `Accept` says."}
    names = fields.String(validate=OneOf([form.name for form in forms]), metadata=described)
    return type(f"{query.__name__}InForms", (query,), {"format": names})


def negotiate_format(forms: Sequence[MediaFormat], name: str | None) -> MediaFormat:
    """The form named, or the best that `Accept` admits, the first of equals. Raises `NotAcceptable`."""
    if name:
        return next(form for form in forms if form.name == name)
    if len(forms) == 1 or not request.accept_mimetypes:
        return forms[0]
    accepted = MIMEAccept([(item.partition(";")[0].strip(), quality) for item, quality in request.accept_mimetypes])
    best = max(forms, key=lambda form: accepted.quality(form.media_type))
    if not accepted.quality(best.media_type):
        raise NotAcceptable(f"Accept admits none of {', '.join(form.media_type for form in forms)}.")
    return best


def add_vary_header(response: Response, forms: Sequence[MediaFormat]) -> Response:
    """Say to caches that the answer depends on `Accept`, where it does."""
    if len(forms) > 1:
        response.vary.add("Accept")
    return response
