"""The position at an instant, also where events hold a wall time of their own.

Recorded times rise over the whole log. Where a clock was accepted they lead the wall clock; from such an event on, the times
that count (the wall time of an event, or else its recorded time) rise too. So each stretch from one acceptance to the next is
searched by halves.
"""

from bisect import bisect_right

from okr_events.event_log.constraints import RunStatement
from okr_events.event_log.hash_chain import decode_wall_time


def position_at(run: RunStatement, instant: int, clock_stream: str) -> int:
    """Return the last position recorded at or before an instant in microseconds; 0 if there is none.

    `clock_stream` is the id of the stream of acceptances.
    """
    for first, last in _fetch_stretches(run, clock_stream):
        if _time_at(run, first) <= instant:
            return bisect_right(range(first, last + 1), instant, key=lambda position: _time_at(run, position)) + first - 1
    rows = run("SELECT position FROM ledger WHERE recorded_at <= %s ORDER BY recorded_at DESC LIMIT 1", (instant,))
    return int(rows[0][0]) if rows else 0


def _fetch_stretches(run: RunStatement, clock_stream: str) -> list[tuple[int, int]]:
    """Return the first and last position of each stretch that begins with an acceptance, the newest first."""
    accepted = [row[0] for row in run("SELECT position FROM events WHERE originator_id = %s", (clock_stream,))]
    if not accepted:
        return []
    accepted.sort(reverse=True)
    ends = [run("SELECT position FROM head", ())[0][0], *(position - 1 for position in accepted)]
    return list(zip(accepted, ends, strict=False))


def _time_at(run: RunStatement, position: int) -> int:
    recorded_at, envelope = run("SELECT recorded_at, envelope FROM ledger WHERE position = %s", (position,))[0]
    wall_time = decode_wall_time(bytes(envelope))
    return int(recorded_at) if wall_time is None else wall_time
