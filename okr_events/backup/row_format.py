"""Rows of any table as lines: bytes in base64, everything else as JSON has it."""

from base64 import b64decode, b64encode
from typing import Any

BYTES_KEY = "base64"


def encode_row(row: dict[str, Any]) -> dict[str, Any]:
    """A row as a line tells it."""
    return {str(name): _encode_value(value) for name, value in row.items()}  # SQLAlchemy has names of a class of its own


def decode_row(row: dict[str, Any]) -> dict[str, Any]:
    """A row as a table takes it."""
    return {
        name: b64decode(value[BYTES_KEY], validate=True) if isinstance(value, dict) else value for name, value in row.items()
    }


def _encode_value(value: Any) -> Any:
    return {BYTES_KEY: b64encode(value).decode()} if isinstance(value, bytes | memoryview) else value
