"""The clock of the log: whether its time can be trusted, and the wall time of events whose own time leads it.

Times of events rise with their positions, so one event with a time far ahead would stop every later append. The way in is
bounded. Where such an event was recorded nevertheless, `okr accept-clock` lets the log go on: until the clock catches up, times
rise by a microsecond, and each envelope holds the wall time.
"""

import time
from collections.abc import Sequence

from okr_events.domain.errors import ClockAhead, ClockBehind, ClocksApart, NothingToAccept
from okr_events.event_log.hash_chain import Head

MAX_CLOCK_LEAD = 5_000_000
"""How far the newest event may lead the clock, in microseconds: clocks of several hosts differ a little."""
MAX_DRIFT = 60_000_000
"""How far a clock may run ahead of the time since boot, or of another clock, in microseconds."""
_BOOT_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""A clock that nobody sets; on Linux it goes on while the machine sleeps."""


def read_clock() -> int:
    """Return the host's time in microseconds."""
    return time.time_ns() // 1000


def _time_since_boot() -> int:
    return time.clock_gettime_ns(_BOOT_CLOCK) // 1000


_boot_time = read_clock() - _time_since_boot()
"""The wall time of the boot, as the clock had it when the process began."""


def check_trusted(now: int) -> None:
    """Check the host's clock against the time since boot, and the time of a database server against the host's.

    The age of the newest event is no reason: a log may rest for years. Raises `ClockAhead`, `ClocksApart`.
    """
    host = read_clock()
    if host - _time_since_boot() - _boot_time > MAX_DRIFT:
        raise ClockAhead
    if abs(host - now) > MAX_DRIFT:
        raise ClocksApart


def assign_wall_times(head: Head, now: int, count: int, *, accept: bool) -> Sequence[int | None]:
    """Return the wall times of the next events: rising ones while the head leads an accepted clock, otherwise none.

    `accept` accepts the clock from the first of these events on. Raises `ClockBehind`, `NothingToAccept`.
    """
    leads, resting = head.recorded_at >= now, head.wall_time is not None
    if accept and (resting or head.recorded_at - now <= MAX_CLOCK_LEAD):
        raise NothingToAccept
    if not (accept or resting) and head.recorded_at - now > MAX_CLOCK_LEAD:
        raise ClockBehind
    if not (leads and (accept or resting)):
        return [None] * count
    first = max(now, (head.wall_time or 0) + 1)
    return range(first, first + count)
