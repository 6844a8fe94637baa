"""The days of a time zone as instants; a day begins twice where clocks go back over midnight."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECONDS_PER_SECOND = 1_000_000


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
