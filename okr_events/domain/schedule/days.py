"""Days: how they are written, and when they begin in a time zone; a day begins twice where clocks go back over midnight."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECONDS_PER_SECOND = 1_000_000
DAY_PATTERN = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
"""The one form of days. ISO 8601 has others, such as `20260630` and `2026-W27-2`."""


def parse_day(text: str) -> date:
    """The day written as `2026-06-30`. Raises `ValueError`, whose message continues a sentence that names the field."""
    try:
        if re.fullmatch(DAY_PATTERN, text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError("must be a day such as 2026-06-30")


def day_starts(day: date, zone: tzinfo) -> Iterator[tuple[int, date]]:
    """Ascending instants in microseconds since 1970 at which local time enters a day, each with the local day from then on.

    Clocks that go back over midnight return to the day before and enter the day again. A skipped day begins with the next one.
    """
    first, second = (_epoch_seconds(datetime.combine(day, time(), zone).replace(fold=fold)) for fold in (0, 1))
    if first >= second:
        start = second + bisect_left(range(second, first), day, key=lambda instant: _local_day(instant, zone))
        yield start * MICROSECONDS_PER_SECOND, day
        return
    back = first + bisect_left(range(first, second), True, key=lambda instant: _local_day(instant, zone) < day)  # noqa: FBT003 - searched value
    yield first * MICROSECONDS_PER_SECOND, day
    if back < second:
        yield back * MICROSECONDS_PER_SECOND, _local_day(back, zone)
        yield second * MICROSECONDS_PER_SECOND, day


def _epoch_seconds(moment: datetime) -> int:
    return (moment.astimezone(UTC) - EPOCH) // timedelta(seconds=1)


def _local_day(second: int, zone: tzinfo) -> date:
    return (EPOCH + timedelta(seconds=second)).astimezone(zone).date()
