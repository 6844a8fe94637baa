"""Fields of events as columns hold them, and as answers show them."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from uuid import UUID

import orjson

from okr_events.domain.decimals import format_decimal
from okr_events.domain.values import EncryptedText
from okr_events.json_types import Json
from okr_events.row_types import RowTable
from projections.store.tables import RowValues


def plain_value(value: object) -> object:
    """A number, an id or a day as text; anything else unchanged."""
    match value:
        case Decimal():
            return format_decimal(value)
        case UUID():
            return str(value)
        case date():
            return value.isoformat()
        case _:
            return value


def column_value(value: object) -> object:
    """The value as a column holds it: encrypted text as its token, flags as 0 or 1, objects and lists as JSON."""
    match value:
        case EncryptedText():
            return value.token
        case bool():
            return int(value)
        case dict() | list():
            return orjson.dumps(value, default=column_value, option=orjson.OPT_PASSTHROUGH_DATACLASS).decode()
        case _:
            return plain_value(value)


def event_column_values(event: object, table: RowTable) -> RowValues:
    """The event's fields for which the table has a column, by the column's name."""
    fields = vars(event)
    return {name: column_value(fields[name]) for name in column_names(table) if name in fields}


@cache
def column_names(table: RowTable) -> tuple[str, ...]:
    return tuple(table.c.keys())


def parse_positions(text: str) -> list[int]:
    """A JSON list of positions."""
    positions: list[int] = orjson.loads(text)
    return positions


Decrypt = Callable[[Json], Json]
"""Returns JSON with its encrypted texts decrypted."""


def encrypted_value(token: str | None) -> dict[str, str] | None:
    """Encrypted text in an answer, until it is decrypted."""
    return None if token is None else {"sealed": token}
