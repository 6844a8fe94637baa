"""Blockers: what stands in the way of key results, opened by check-ins and resolved later."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from okr_events.domain.conversation import Conversation
from okr_events.domain.key_result import KeyResult
from okr_events.event_log.hash_chain import instant
from projections.handlers.goals import simple, stored
from projections.moment import Moment, rfc3339
from projections.store.row_buffer import Fact, Rows, handles
from projections.store.tables import OPEN, at, blockers, check_ins

EACH = 1_000
"""More than one event tells of."""
SHOWN = (
    *("id", "key_result_id", "check_in_id", "kind", "owner", "author", "state"),
    *("resolved_on", "resolved_by", "version"),
)
FIRST = {"version": 1, "state": "open", "resolved_on": None, "resolved_by": None}


@handles(KeyResult.CheckedIn)
def told(event: KeyResult.CheckedIn, fact: Fact, rows: Rows) -> None:
    _open(event.check_in_id, event.blockers, fact, rows, opened_at=fact.recorded.recorded_at)


@handles(KeyResult.CheckInCorrected)
def told_otherwise(event: KeyResult.CheckInCorrected, fact: Fact, rows: Rows) -> None:
    if event.blockers is None:
        return
    _withdraw(str(event.check_in_id), rows)
    original = rows.current(check_ins, str(event.check_in_id))
    _open(event.check_in_id, event.blockers, fact, rows, opened_at=original["recorded_at"])


@handles(KeyResult.CheckInRetracted)
def untold(event: KeyResult.CheckInRetracted, _: Fact, rows: Rows) -> None:
    _withdraw(str(event.check_in_id), rows)


@handles(Conversation.BlockerResolved)
def resolved(event: Conversation.BlockerResolved, fact: Fact, rows: Rows) -> None:
    said = {"state": "resolved", "resolved_on": simple(event.resolved_on), "resolved_by": fact.actor}
    rows.change(blockers, str(event.blocker_id), version=2, **said)


def _open(check_in_id: Any, said: Iterable[dict[str, Any]], fact: Fact, rows: Rows, *, opened_at: int) -> None:
    about = {"key_result_id": fact.id, "check_in_id": str(check_in_id), "author": fact.actor, "opened_at": opened_at}
    for number, blocker in enumerate(said, start=rows.position * EACH):
        fields = {name: stored(blocker.get(name)) for name in ("kind", "text", "owner")}
        rows.open(blockers, str(blocker["id"]), **FIRST, **about, **fields, number=number)


def _withdraw(check_in_id: str, rows: Rows) -> None:
    """Those that the check-in told of stand no longer: it was retracted, or tells of others."""
    rows.flush()
    theirs = (blockers.c.check_in_id == check_in_id) & (blockers.c.to_position == OPEN) & (blockers.c.state == "open")
    for id in rows.connection.scalars(select(blockers.c.id).where(theirs)).all():
        rows.change(blockers, id, state="withdrawn", version=2)


def page(connection: Connection, position: int, *, after: int, limit: int, chosen: Sequence[ColumnElement[bool]]) -> list[Any]:
    """Blockers in the order in which they were told; `after` is the last one's `number`."""
    query = select(blockers).where(at(blockers, position), blockers.c.number > after, *chosen).order_by(blockers.c.number)
    return list(connection.execute(query.limit(limit)))


def states(connection: Connection, position: int, check_in_ids: Collection[str]) -> dict[str, str]:
    """How all that some check-ins tell of, or told of once, stands: `open`, `resolved` or `withdrawn`."""
    theirs = select(blockers.c.id, blockers.c.state).where(at(blockers, position), blockers.c.check_in_id.in_(check_in_ids))
    return {row.id: row.state for row in connection.execute(theirs)}


def told_of(row: Any, moment: Moment) -> dict[str, Any]:
    """A blocker as the API tells it; its words still sealed."""
    return {
        **{name: getattr(row, name) for name in SHOWN},
        "text": {"sealed": row.text},
        "opened_at": rfc3339(instant(row.opened_at)),
        "age_days": _age(row, moment),
    }


def _age(row: Any, moment: Moment) -> int | None:
    """How many days it stood, or stands by now; null for what was withdrawn."""
    if row.state == "withdrawn":
        return None
    until = date.fromisoformat(row.resolved_on) if row.resolved_on else moment.today
    return max(0, (until - moment.day_of(row.opened_at)).days)
