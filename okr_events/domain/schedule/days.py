"""Days of a time zone as instants: where clocks are put back over midnight a day begins twice."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECONDS_PER_SECOND = 1_000_000


def day_starts(day: date, zone: ZoneInfo) -> Iterator[tuple[int, date]]:
    """The instants, in microseconds since 1970 and rising, at which the clocks come to a day, each with the day they show.

    Put back over midnight they fall into the day before, and come to the day once more. A day that they leave out begins
    where the next one does.
    """
    one, other = (_epoch_seconds(datetime.combine(day, time(), zone).replace(fold=fold)) for fold in (0, 1))
    if one >= other:
        yield _first_second_on(range(other, one), day, zone) * MICROSECONDS_PER_SECOND, day
        return
    back = one + bisect_left(range(one, other), True, key=lambda second: _local_day(second, zone) < day)  # noqa: FBT003 - what is sought
    yield one * MICROSECONDS_PER_SECOND, day
    yield from (
        ((back * MICROSECONDS_PER_SECOND, _local_day(back, zone)), (other * MICROSECONDS_PER_SECOND, day))
        if back < other
        else ()
    )


def _first_second_on(seconds: range, day: date, zone: ZoneInfo) -> int:
    """The first of these seconds that is on the day or after it; what follows them without any."""
    return seconds.start + bisect_left(seconds, day, key=lambda second: _local_day(second, zone))


def _epoch_seconds(moment: datetime) -> int:
    return (moment.astimezone(UTC) - EPOCH) // timedelta(seconds=1)


def _local_day(second: int, zone: ZoneInfo) -> date:
    return (EPOCH + timedelta(seconds=second)).astimezone(zone).date()
