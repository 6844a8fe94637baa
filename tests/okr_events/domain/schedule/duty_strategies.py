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
    """The state of each duty of a key result; `reported_on` are the days of its check-ins in the order of recording."""
    mine = [day for day in days if day > defined_on]
    answers = answers_in_order(mine, grace_days, reported_on) if mine else []
    return {due: state_of(due, grace_days, ended_on, today, [day for at, day in answers if at == due]) for due in mine}


def answers_in_order(due_days, grace_days, reported_on):
    """The due day that each check-in answers, with the day of the check-in; the rule of the domain, sentence by sentence."""
    answers = []
    for day in reported_on:
        answered = {due for due, _ in answers}
        in_grace = [due for due in due_days if due < day <= due + timedelta(grace_days) and due not in answered]
        answers.append((max(in_grace) if in_grace else nearest_due_day(due_days, day), day))
    return answers


def nearest_due_day(due_days, day):
    """Walk away from a day on both sides, the coming side first, until a due day is met."""
    for distance in range(10_000):
        for due in (day + timedelta(distance), day - timedelta(distance)):
            if due in due_days:
                return due
    raise LookupError(day)


def state_of(due, grace_days, ended_on, today, answered_on):
    """The state of a due day, given the days of the check-ins that answer it."""
    grace_end = due + timedelta(grace_days)
    in_time = any(day <= grace_end for day in answered_on)
    if ended_on and due > ended_on:
        return "not_applicable"
    if in_time:
        return "done" if today < due else "on_time"
    if ended_on and ended_on <= grace_end:
        return "not_applicable"
    if answered_on:
        return "late"
    return "missed" if today > grace_end else "pending"
