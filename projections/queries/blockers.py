"""Blockers as they stood at a position, with their age."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, select

from okr_events.json_types import JsonObject
from projections.moment import Moment, format_recorded_at
from projections.queries.goal_serializers import select_columns
from projections.store.column_values import encrypted_value
from projections.store.tables import BlockerRow, blockers, valid_at


def fetch_states(connection: Connection, position: int, check_in_ids: Collection[str]) -> dict[str, str]:
    """The state of every blocker that these check-ins report, or reported before a correction."""
    reported = blockers.c.check_in_id.in_(check_in_ids)
    query = select(blockers.c.id, blockers.c.state).where(valid_at(blockers, position), reported)
    return dict(connection.execute(query).all())


def serialize_blocker(row: BlockerRow, moment: Moment) -> JsonObject:
    names = ("id", "key_result_id", "check_in_id", "kind", "owner", "author", "state", "resolved_on", "resolved_by", "version")
    return {
        **select_columns(row, *names),
        "text": encrypted_value(row.text),
        "opened_at": format_recorded_at(row.opened_at),
        "age_days": _age_in_days(row, moment),
    }


def _age_in_days(row: BlockerRow, moment: Moment) -> int | None:
    """The days until it was resolved, or until today; null if it was withdrawn."""
    if row.state == "withdrawn":
        return None
    until = date.fromisoformat(row.resolved_on) if row.resolved_on else moment.today
    return max(0, (until - moment.recorded_day(row.opened_at)).days)
