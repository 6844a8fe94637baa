"""Blockers: what stands in the way of key results, opened by check-ins and resolved later."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from okr_events.conversation import Conversation
from okr_events.key_result import KeyResult
from projections.rows import Fact, Rows, handles
from projections.structure import simple, stored
from projections.tables import OPEN, blockers, check_ins

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
    for blocker in said:
        fields = {name: stored(blocker.get(name)) for name in ("kind", "text", "owner")}
        rows.open(blockers, str(blocker["id"]), **FIRST, **about, **fields)


def _withdraw(check_in_id: str, rows: Rows) -> None:
    """Those that the check-in told of stand no longer: it was retracted, or tells of others."""
    rows.flush()
    theirs = (blockers.c.check_in_id == check_in_id) & (blockers.c.to_position == OPEN) & (blockers.c.state == "open")
    for id in rows.connection.scalars(select(blockers.c.id).where(theirs)).all():
        rows.change(blockers, id, state="withdrawn", version=2)
