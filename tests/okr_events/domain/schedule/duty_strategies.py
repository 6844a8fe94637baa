"""Random histories of check-ins, with an oracle that evaluates duties day by day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
CLOCK_CHANGES = [
    ("America/St_Johns", datetime(2008, 11, 2, 2, 31, tzinfo=UTC)),
    ("America/St_Johns", datetime(2010, 3, 14, 3, 31, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2020, 4, 4, 15, tzinfo=UTC)),
    ("Africa/Casablanca", datetime(2020, 4, 19, 2, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ("America/Sao_Paulo", datetime(2018, 2, 18, 2, tzinfo=UTC)),
    ("Asia/Gaza", datetime(2012, 9, 20, 22, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2024, 2, 29, 18, 15, tzinfo=UTC)),
]
"""Time zones with instants at which their clocks change or a day begins."""
NEARBY_SECONDS = st.one_of(st.integers(-3, 3), st.integers(-7200, 7200), st.integers(-20 * 86400, 40 * 86400))
INSTANTS = st.builds(
    lambda seconds, rest: timedelta(seconds=seconds, microseconds=rest), NEARBY_SECONDS, st.sampled_from([0, 0, 1, -1])
)


def to_microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def day_of(recorded_at: int, zone: ZoneInfo) -> date:
    return (EPOCH + recorded_at * MICROSECOND).astimezone(zone).date()


def states_by_due_day(days, grace_days, *, defined_on, ended_on, today, reported_on):
    """The state of each duty of a key result; `reported_on` are the days of its check-ins."""
    mine = [day for day in days if day > defined_on]
    return {due: _state_on(mine, n, grace_days, ended_on, today, reported_on) for n, due in enumerate(mine)}


def _state_on(mine, n, grace_days, ended_on, today, reported_on):
    due, over = mine[n], mine[n] + timedelta(grace_days)
    window, later, day = False, False, min([*reported_on, due])
    while day <= today:
        if day in reported_on:
            opened = n == 0 or day > mine[n - 1]
            window |= opened and day <= over
            later |= day > over and (n == len(mine) - 1 or day < mine[n + 1])
        day += timedelta(1)
    if ended_on and due > ended_on:
        return "not_applicable"
    if due > today:
        return "pending"
    if window:
        return "on_time"
    if (ended_on or today) <= over:
        return "not_applicable" if ended_on else "pending"
    return "late" if later else "missed"
