"""Blockers: reported by check-ins, and resolved or withdrawn later."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from okr_events.domain.conversation import Conversation
from okr_events.domain.key_result import KeyResult
from okr_events.json_types import JsonObject
from projections.store.column_values import column_value, plain_value
from projections.store.row_buffer import EventMetadata, RowBuffer, handles
from projections.store.tables import OPEN_ENDED, CheckInRow, blockers

MAX_BLOCKERS_PER_EVENT = 1_000
"""More than one event reports, so that a blocker's number rises with position and place in the event."""


@handles(KeyResult.CheckedIn)
def insert_blockers(event: KeyResult.CheckedIn, meta: EventMetadata, rows: RowBuffer) -> None:
    _insert(event.check_in_id, event.blockers, meta, rows, opened_at=meta.recorded_at)


@handles(KeyResult.CheckInCorrected)
def replace_blockers(event: KeyResult.CheckInCorrected, meta: EventMetadata, rows: RowBuffer) -> None:
    if event.blockers is None:
        return
    _withdraw(str(event.check_in_id), rows)
    original = rows.current(CheckInRow, str(event.check_in_id))
    _insert(event.check_in_id, event.blockers, meta, rows, opened_at=original.recorded_at)


@handles(KeyResult.CheckInRetracted)
def withdraw_blockers(event: KeyResult.CheckInRetracted, _: EventMetadata, rows: RowBuffer) -> None:
    _withdraw(str(event.check_in_id), rows)


@handles(Conversation.BlockerResolved)
def resolve_blocker(event: Conversation.BlockerResolved, meta: EventMetadata, rows: RowBuffer) -> None:
    changes = {"state": "resolved", "resolved_on": plain_value(event.resolved_on), "resolved_by": meta.actor}
    rows.update(blockers, str(event.blocker_id), version=2, **changes)


def _insert(check_in_id: UUID, reported: Iterable[JsonObject], meta: EventMetadata, rows: RowBuffer, *, opened_at: int) -> None:
    shared = {"key_result_id": meta.id, "check_in_id": str(check_in_id), "author": meta.actor, "opened_at": opened_at}
    for number, blocker in enumerate(reported, start=rows.position * MAX_BLOCKERS_PER_EVENT):
        fields = {name: column_value(blocker.get(name)) for name in ("kind", "text", "owner")}
        rows.insert(blockers, str(blocker["id"]), version=1, state="open", number=number, **shared, **fields)


def _withdraw(check_in_id: str, rows: RowBuffer) -> None:
    """Withdraw the open blockers of a check-in that was retracted or reports others now."""
    rows.flush()
    reported = (blockers.c.check_in_id == check_in_id) & (blockers.c.to_position == OPEN_ENDED)
    for id in rows.connection.scalars(select(blockers.c.id).where(reported, blockers.c.state == "open")).all():
        rows.update(blockers, id, state="withdrawn", version=2)
