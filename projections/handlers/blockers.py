"""Blockers: what stands in the way of key results, opened by check-ins and resolved later."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from okr_events.domain.conversation import Conversation
from okr_events.domain.key_result import KeyResult
from projections.store.column_values import column_value, plain_value
from projections.store.row_buffer import EventMetadata, RowBuffer, handles
from projections.store.tables import OPEN_ENDED, blockers, check_ins

MAX_BLOCKERS_PER_EVENT = 1_000
"""More than one event tells of."""
INITIAL_VALUES = {"version": 1, "state": "open", "resolved_on": None, "resolved_by": None}


@handles(KeyResult.CheckedIn)
def insert_blockers(event: KeyResult.CheckedIn, fact: EventMetadata, rows: RowBuffer) -> None:
    _insert(event.check_in_id, event.blockers, fact, rows, opened_at=fact.recorded.recorded_at)


@handles(KeyResult.CheckInCorrected)
def replace_blockers(event: KeyResult.CheckInCorrected, fact: EventMetadata, rows: RowBuffer) -> None:
    if event.blockers is None:
        return
    _withdraw(str(event.check_in_id), rows)
    original = rows.current(check_ins, str(event.check_in_id))
    _insert(event.check_in_id, event.blockers, fact, rows, opened_at=original["recorded_at"])


@handles(KeyResult.CheckInRetracted)
def withdraw_blockers(event: KeyResult.CheckInRetracted, _: EventMetadata, rows: RowBuffer) -> None:
    _withdraw(str(event.check_in_id), rows)


@handles(Conversation.BlockerResolved)
def resolve_blocker(event: Conversation.BlockerResolved, fact: EventMetadata, rows: RowBuffer) -> None:
    said = {"state": "resolved", "resolved_on": plain_value(event.resolved_on), "resolved_by": fact.actor}
    rows.update(blockers, str(event.blocker_id), version=2, **said)


def _insert(check_in_id: Any, said: Iterable[dict[str, Any]], fact: EventMetadata, rows: RowBuffer, *, opened_at: int) -> None:
    about = {"key_result_id": fact.id, "check_in_id": str(check_in_id), "author": fact.actor, "opened_at": opened_at}
    for number, blocker in enumerate(said, start=rows.position * MAX_BLOCKERS_PER_EVENT):
        fields = {name: column_value(blocker.get(name)) for name in ("kind", "text", "owner")}
        rows.insert(blockers, str(blocker["id"]), **INITIAL_VALUES, **about, **fields, number=number)


def _withdraw(check_in_id: str, rows: RowBuffer) -> None:
    """Those that the check-in told of stand no longer: it was retracted, or tells of others."""
    rows.flush()
    theirs = (blockers.c.check_in_id == check_in_id) & (blockers.c.to_position == OPEN_ENDED) & (blockers.c.state == "open")
    for id in rows.connection.scalars(select(blockers.c.id).where(theirs)).all():
        rows.update(blockers, id, state="withdrawn", version=2)
