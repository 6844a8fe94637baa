"""JSON bodies, read strictly: bounded in depth and digits, without NaN, duplicate names, NUL or broken Unicode."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from flask import Request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from okr_events.domain.decimals import parse_decimal

MAX_DEPTH = 32
MAX_NUMBER_LENGTH = 64
FORBIDDEN_CHARACTERS = re.compile("[\0\ud800-\udfff]")


class NotJSON(BadRequest):
    """The body is not JSON, or JSON outside the accepted bounds."""

    problem_code = "not-json"

    def __init__(self, detail: str) -> None:
        super().__init__(f"The body is not valid JSON: {detail}")


def parse_body(request: Request) -> dict[str, Any]:
    """The request's body as an object, `{}` without one; `null` members are left out.

    Raises `NotJSON` (400), `RequestEntityTooLarge` (413) and `UnsupportedMediaType` (415).
    """
    data = _read_data(request)
    if not data:
        return {}
    if not request.is_json or request.mimetype_params.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
        raise UnsupportedMediaType("The body is JSON in UTF-8: say Content-Type: application/json.")
    body = parse_json(data)
    if not isinstance(body, dict):
        raise NotJSON("It is not an object.")
    stated: dict[str, Any] = drop_nulls(body)
    return stated


def _read_data(request: Request) -> bytes:
    """All that was sent. A body in chunks has no length: one that is as long as may be is too large when more follows."""
    limit, declared = request.max_content_length or 0, request.content_length
    data = request.get_data() if (declared or 0) <= limit else b""
    cut = declared is None and len(data) == limit and request.environ["wsgi.input"].read(1)
    if cut or (declared or 0) > limit:
        raise RequestEntityTooLarge(f"A body has at most {limit} bytes.")
    return data


def parse_json(data: bytes) -> Any:
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_reject_duplicate_names,
            parse_float=_parse_number,
            parse_int=_parse_number,
            parse_constant=_reject_constant,
        )
    except RecursionError:
        raise NotJSON("It is nested too deeply.") from None
    except ValueError as error:
        raise NotJSON(f"{error}.") from None
    if max(depth for depth, _ in _nested_values(value)) > MAX_DEPTH:
        raise NotJSON(f"It is nested more than {MAX_DEPTH} deep.")
    if not all(_is_readable(part) for _, part in _nested_values(value)):
        raise NotJSON("A text holds a NUL or half a surrogate pair.")
    return value


def drop_nulls(value: Any) -> Any:
    """The value without members that are null, at any depth."""
    if isinstance(value, dict):
        return {name: drop_nulls(part) for name, part in value.items() if part is not None}
    return [drop_nulls(part) for part in value] if isinstance(value, list) else value


def _reject_duplicate_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("A name stands twice in one object")
    return found


def _parse_number(digits: str) -> int | Decimal:
    if len(digits) > MAX_NUMBER_LENGTH:
        raise ValueError("A number has too many digits")
    number = parse_decimal(digits)
    return int(number) if digits.lstrip("-").isdigit() else number


def _reject_constant(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def _nested_values(value: Any) -> Iterator[tuple[int, Any]]:
    """Every value and name inside, with its depth."""
    waiting = [(0, value)]
    while waiting:
        depth, part = waiting.pop()
        yield depth, part
        if isinstance(part, dict):
            waiting.extend((depth + 1, inner) for pair in part.items() for inner in pair)
        elif isinstance(part, list):
            waiting.extend((depth + 1, inner) for inner in part)


def _is_readable(part: Any) -> bool:
    return not isinstance(part, str) or not FORBIDDEN_CHARACTERS.search(part)
