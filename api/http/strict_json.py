"""JSON request bodies, parsed strictly: bounded in depth and digits, without NaN, duplicate names, NUL or broken Unicode."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NoReturn

from flask import Request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from okr_events.domain.decimals import MAX_DIGITS, SIZE_RULE, parse_decimal
from okr_events.json_types import Json, JsonObject

MAX_DEPTH = 32
MAX_NUMBER_LENGTH = 64
NUMBER_BOUNDS = f"{SIZE_RULE}, with at most {MAX_DIGITS} significant digits."
FORBIDDEN_CHARACTERS = re.compile("[\0\ud800-\udfff]")


class NotJSON(BadRequest):
    """The body is not JSON, or is JSON outside the accepted bounds."""

    problem_code = "not-json"


class OutOfBounds:
    """Stands for a number outside the bounds until the name of its member is known."""


NOT_FLAT = (dict, list, OutOfBounds)


def parse_body(request: Request, *, keep_nulls: bool = False) -> JsonObject:
    """The request's body as an object, `{}` without one; members that are `null` are left out unless they are to be kept.

    Raises `NotJSON` (400), `RequestEntityTooLarge` (413) and `UnsupportedMediaType` (415).
    """
    if request.content_encoding and request.content_encoding.strip().lower() != "identity":
        raise UnsupportedMediaType("The body must not be compressed: send it without Content-Encoding.")
    data = _read_data(request)
    if not data:
        return {}
    if not request.is_json or request.mimetype_params.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
        raise UnsupportedMediaType("The body must be JSON in UTF-8, sent with Content-Type: application/json.")
    body = parse_json(data)
    if not isinstance(body, dict):
        raise NotJSON("The body must be a JSON object.")
    fields: JsonObject = body if keep_nulls else drop_nulls(body)
    return fields


def _read_data(request: Request) -> bytes:
    """The whole body. A chunked body has no declared length: one as long as the limit is too large when more follows."""
    limit, declared = request.max_content_length or 0, request.content_length
    data = request.get_data() if (declared or 0) <= limit else b""
    truncated = declared is None and len(data) == limit and request.environ["wsgi.input"].read(1)
    if truncated or (declared or 0) > limit:
        raise RequestEntityTooLarge(f"The body must have at most {limit} bytes.")
    return data


def parse_json(data: bytes) -> Json:
    try:
        value = DECODER.decode(data.decode("utf-8"))
    except RecursionError:
        raise NotJSON("The body is nested too deeply.") from None
    except ValueError as error:
        raise NotJSON(f"The body is not valid JSON: {error}.") from None
    if _is_flat(value) and b"\\u" not in data:
        return value
    for depth, name, part in _nested_values(value):
        if depth > MAX_DEPTH:
            raise NotJSON(f"The body is nested more than {MAX_DEPTH} levels deep.")
        if isinstance(part, OutOfBounds):
            raise NotJSON(f"{name} {NUMBER_BOUNDS}")
        if isinstance(part, str) and FORBIDDEN_CHARACTERS.search(part):
            raise NotJSON("The body contains a NUL character or half a surrogate pair.")
    return value


def drop_nulls(value: Json) -> Json:
    """The value without members that are null, at any depth."""
    if isinstance(value, dict):
        return {name: drop_nulls(part) for name, part in value.items() if part is not None}
    return [drop_nulls(part) for part in value] if isinstance(value, list) else value


def _reject_duplicate_names(pairs: list[tuple[str, Json]]) -> JsonObject:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("an object has the same name twice")
    return members


def _parse_number(digits: str) -> int | Decimal | OutOfBounds:
    if len(digits) > MAX_NUMBER_LENGTH:
        return OutOfBounds()
    try:
        number = parse_decimal(digits)
    except ValueError:
        return OutOfBounds()
    return int(number) if digits.lstrip("-").isdigit() else number


def _reject_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a number")


DECODER = json.JSONDecoder(
    object_pairs_hook=_reject_duplicate_names,
    parse_float=_parse_number,
    parse_int=_parse_number,
    parse_constant=_reject_constant,
)


def _is_flat(value: Json) -> bool:
    """Whether the value is an object of texts and of numbers within the bounds."""
    return isinstance(value, dict) and not any(isinstance(part, NOT_FLAT) for part in value.values())


def _nested_values(value: Json) -> Iterator[tuple[int, str, Json]]:
    """Every nested value and name, with its depth and the name of its member; a list's items have the list's name.

    A name comes before its value.
    """
    remaining = [(0, "A number", value)]
    while remaining:
        depth, name, part = remaining.pop()
        yield depth, name, part
        if isinstance(part, dict):
            remaining.extend((depth + 1, member, inner) for member, held in part.items() for inner in (held, member))
        elif isinstance(part, list):
            remaining.extend((depth + 1, name, inner) for inner in part)
