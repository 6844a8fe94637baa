"""Blockers as they stood at a position, with their age."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from okr_events.event_log.hash_chain import from_microseconds
from projections.moment import Moment, rfc3339
from projections.store.tables import blockers, valid_at

SERIALIZED_COLUMNS = (
    *("id", "key_result_id", "check_in_id", "kind", "owner", "author", "state"),
    *("resolved_on", "resolved_by", "version"),
)


def fetch_states(connection: Connection, position: int, check_in_ids: Collection[str]) -> dict[str, str]:
    """How all that some check-ins tell of, or told of once, stands: `open`, `resolved` or `withdrawn`."""
    theirs = select(blockers.c.id, blockers.c.state).where(
        valid_at(blockers, position), blockers.c.check_in_id.in_(check_in_ids)
    )
    return {row.id: row.state for row in connection.execute(theirs)}


def serialize_blocker(row: Any, moment: Moment) -> dict[str, Any]:
    """A blocker as the API tells it; its words still sealed."""
    return {
        **{name: getattr(row, name) for name in SERIALIZED_COLUMNS},
        "text": {"sealed": row.text},
        "opened_at": rfc3339(from_microseconds(row.opened_at)),
        "age_days": _age_in_days(row, moment),
    }


def _age_in_days(row: Any, moment: Moment) -> int | None:
    """How many days it stood, or stands by now; null for what was withdrawn."""
    if row.state == "withdrawn":
        return None
    until = date.fromisoformat(row.resolved_on) if row.resolved_on else moment.today
    return max(0, (until - moment.recorded_day(row.opened_at)).days)
