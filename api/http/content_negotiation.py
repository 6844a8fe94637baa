"""Content negotiation: the media formats of a response, and the one that a client wants."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import orjson
from flask import Response
from marshmallow import Schema, fields
from marshmallow.validate import OneOf
from werkzeug.datastructures import Accept, MIMEAccept
from werkzeug.exceptions import NotAcceptable

from okr_events.json_types import Json, JsonObject


@dataclass(frozen=True, slots=True)
class MediaFormat:
    """A media type, its name in `?format=`, its encoder, and what a browser may load for it.

    A response with an `extension` is an attachment.
    """

    name: str
    media_type: str
    encode: Callable[[Json], bytes | str]
    content_security_policy: str | None = None
    extension: str | None = None

    @property
    def is_text(self) -> bool:
        return self.media_type.startswith("text/") or self.media_type.endswith("+xml")


JSON = MediaFormat("json", "application/json", orjson.dumps)


def plain_json_encoder(render: Callable[[JsonObject], str]) -> Callable[[Json], str]:
    """An encoder that renders plain JSON values: what a client of the JSON format reads."""
    return lambda body: render(orjson.loads(orjson.dumps(body)))


def with_format(query: type[Schema], formats: Sequence[MediaFormat]) -> type[Schema]:
    """The query with a `format` parameter where there is a choice, for clients that cannot set a header."""
    if len(formats) == 1:
        return query
    description = {"description": "The format of the response; it overrides `Accept`."}
    field = fields.String(validate=OneOf([media_format.name for media_format in formats]), metadata=description)
    return type(f"{query.__name__}WithFormat", (query,), {"format": field})


def negotiate_format(formats: Sequence[MediaFormat], name: str | None, accept: Accept) -> MediaFormat:
    """The format with this name, or the best that `Accept` admits, the first of equals. Raises `NotAcceptable`."""
    if name:
        return next(media_format for media_format in formats if media_format.name == name)
    if len(formats) == 1 or not accept:
        return formats[0]
    types = MIMEAccept([(item.partition(";")[0].strip(), quality) for item, quality in accept])
    best = max(formats, key=lambda media_format: types.quality(media_format.media_type))
    if not types.quality(best.media_type):
        raise NotAcceptable(f"Accept must admit one of {', '.join(media_format.media_type for media_format in formats)}.")
    return best


def add_vary_header(response: Response, formats: Sequence[MediaFormat]) -> Response:
    """Tell caches that the response depends on `Accept`, where it does."""
    if len(formats) > 1:
        response.vary.add("Accept")
    return response
