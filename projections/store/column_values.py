"""Fields of events as columns hold them, and as answers show them."""

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Table

from okr_events.domain.decimals import format_decimal
from okr_events.domain.values import EncryptedText


def plain_value(value: Any) -> Any:
    """A number, an id or a day as text; anything else as it is."""
    match value:
        case Decimal():
            return format_decimal(value)
        case UUID():
            return str(value)
        case date():
            return value.isoformat()
        case _:
            return value


def column_value(value: Any) -> Any:
    """A field of an event as a column holds it."""
    match value:
        case EncryptedText():
            return value.token
        case bool():
            return int(value)
        case dict() | list():
            return orjson.dumps(value, default=column_value, option=orjson.OPT_PASSTHROUGH_DATACLASS).decode()
        case _:
            return plain_value(value)


def event_column_values(event: Any, table: Table) -> dict[str, Any]:
    """The event's fields that have a column, as the column holds them."""
    fields = vars(event)
    return {name: column_value(fields[name]) for name in _column_names(table) if name in fields}


@cache
def _column_names(table: Table) -> tuple[str, ...]:
    return tuple(table.c.keys())


def parse_positions(text: str) -> list[int]:
    """Where the events stand that a review names."""
    found: list[int] = orjson.loads(text)
    return found
