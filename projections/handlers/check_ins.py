"""Check-ins with their corrections, and the standing of each key result."""

from sqlalchemy import select

from okr_events.domain.key_result import KeyResult
from okr_events.row_types import fetch_rows
from projections.store.column_values import event_column_values
from projections.store.row_buffer import EventMetadata, RowBuffer, handles
from projections.store.standings import POSITION_COLUMN_BY_FIELD, compute_standing, standing_changes
from projections.store.tables import OPEN_ENDED, CheckInRow, check_ins, row_from_values, standings


@handles(KeyResult.Created)
def insert_standing(event: KeyResult.Created, meta: EventMetadata, rows: RowBuffer) -> None:
    rows.insert(standings, meta.id, version=meta.version, cycle_id=str(event.cycle_id))


@handles(KeyResult.CheckedIn)
def insert_check_in(event: KeyResult.CheckedIn, meta: EventMetadata, rows: RowBuffer) -> None:
    values = {**event_column_values(event, check_ins), "author": meta.actor, "recorded_at": meta.recorded_at}
    values |= dict.fromkeys(POSITION_COLUMN_BY_FIELD.values(), rows.position)
    row = rows.insert(check_ins, str(event.check_in_id), version=1, retracted=0, key_result_id=meta.id, **values)
    changes = standing_changes(rows.current_values(standings, meta.id), row_from_values(CheckInRow, row))
    rows.update(standings, meta.id, version=meta.version, **changes)


@handles(KeyResult.CheckInCorrected)
def correct_check_in(event: KeyResult.CheckInCorrected, meta: EventMetadata, rows: RowBuffer) -> None:
    changes = {name: value for name, value in event_column_values(event, check_ins).items() if value is not None}
    changes |= dict.fromkeys(event.withdrawn)
    stated = {column for name, column in POSITION_COLUMN_BY_FIELD.items() if {name, "measured_on"} & changes.keys()}
    _update_check_in(str(event.check_in_id), meta, rows, **changes, **dict.fromkeys(stated, rows.position))


@handles(KeyResult.CheckInRetracted)
def retract_check_in(event: KeyResult.CheckInRetracted, meta: EventMetadata, rows: RowBuffer) -> None:
    _update_check_in(str(event.check_in_id), meta, rows, retracted=1)


def _update_check_in(id: str, meta: EventMetadata, rows: RowBuffer, **changes: object) -> None:
    change = {"changed_by": meta.actor, "changed_at": meta.recorded_at, "reason": meta.reason}
    rows.update(check_ins, id, **changes, **change, version=rows.current(CheckInRow, id).version + 1)
    rows.flush()
    query = select(check_ins).where(check_ins.c.key_result_id == meta.id, check_ins.c.to_position == OPEN_ENDED)
    standing = compute_standing(fetch_rows(rows.connection, CheckInRow, query))
    rows.update(standings, meta.id, **standing, version=meta.version)
