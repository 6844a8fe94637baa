"""Instants with their offset, as RFC 3339 writes them."""

import re
from datetime import datetime, timedelta

LEAP_SECOND = re.compile(r"(.*:\d\d):60(.*)", re.ASCII)


def parse_instant(text: str) -> datetime:
    """The instant that a text names; `t` and `z` may be small, and second 60 is the one after second 59.

    Raises `ValueError`, also without an offset, and `OverflowError` after the year 9999.
    """
    text = text.upper()
    if leap := LEAP_SECOND.fullmatch(text):
        return parse_instant(f"{leap[1]}:59{leap[2]}") + timedelta(seconds=1)
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("the offset from UTC is missing")
    return instant
