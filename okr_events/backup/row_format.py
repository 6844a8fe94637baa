"""Rows of any table as lines: bytes in base64, everything else as JSON has it."""

from base64 import b64decode, b64encode
from typing import Any

BYTES = "base64"


def told(row: dict[str, Any]) -> dict[str, Any]:
    """A row as a line tells it."""
    return {str(name): _told(value) for name, value in row.items()}  # SQLAlchemy has names of a class of its own


def taken(row: dict[str, Any]) -> dict[str, Any]:
    """A row as a table takes it."""
    return {name: b64decode(value[BYTES], validate=True) if isinstance(value, dict) else value for name, value in row.items()}


def _told(value: Any) -> Any:
    return {BYTES: b64encode(value).decode()} if isinstance(value, bytes | memoryview) else value
