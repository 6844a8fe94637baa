"""Check-ins with their corrections, and each key result's standing: what is in force of value, confidence and status."""

from sqlalchemy import select

from okr_events.domain.key_result import KeyResult
from projections.store.column_values import event_column_values
from projections.store.row_buffer import EventMetadata, Row, RowBuffer, handles
from projections.store.standings import POSITION_COLUMN_BY_FIELD, compute_standing, standing_changes
from projections.store.tables import OPEN_ENDED, check_ins, standings

INITIAL_VALUES = {"version": 1, "retracted": 0, "changed_by": None, "changed_at": None, "reason": None}


@handles(KeyResult.Created)
def insert_standing(event: KeyResult.Created, fact: EventMetadata, rows: RowBuffer) -> None:
    rows.insert(
        standings,
        fact.id,
        version=fact.version,
        cycle_id=str(event.cycle_id),
        objective_id=str(event.objective_id),
        **compute_standing(()),
    )


@handles(KeyResult.CheckedIn)
def insert_check_in(event: KeyResult.CheckedIn, fact: EventMetadata, rows: RowBuffer) -> None:
    said = {**event_column_values(event, check_ins), "author": fact.actor, "recorded_at": fact.recorded.recorded_at}
    said |= dict.fromkeys(POSITION_COLUMN_BY_FIELD.values(), rows.position)
    report = rows.insert(check_ins, str(event.check_in_id), **INITIAL_VALUES, key_result_id=fact.id, **said)
    rows.update(standings, fact.id, version=fact.version, **standing_changes(rows.current(standings, fact.id), report))


@handles(KeyResult.CheckInCorrected)
def correct_check_in(event: KeyResult.CheckInCorrected, fact: EventMetadata, rows: RowBuffer) -> None:
    named = {name: value for name, value in event_column_values(event, check_ins).items() if value is not None}
    named |= {mark: rows.position for name, mark in POSITION_COLUMN_BY_FIELD.items() if {name, "measured_on"} & named.keys()}
    _update_check_in(str(event.check_in_id), named, fact, rows)


@handles(KeyResult.CheckInRetracted)
def retract_check_in(event: KeyResult.CheckInRetracted, fact: EventMetadata, rows: RowBuffer) -> None:
    _update_check_in(str(event.check_in_id), {"retracted": 1}, fact, rows)


def _update_check_in(id: str, changes: Row, fact: EventMetadata, rows: RowBuffer) -> None:
    by = {
        "changed_by": fact.actor,
        "changed_at": fact.recorded.recorded_at,
        "reason": fact.reason,
        "version": rows.current(check_ins, id)["version"] + 1,
    }
    rows.update(check_ins, id, **changes, **by)
    rows.flush()
    mine = select(check_ins).where(check_ins.c.key_result_id == fact.id, check_ins.c.to_position == OPEN_ENDED)
    standing = compute_standing(rows.connection.execute(mine).mappings().all())
    rows.update(standings, fact.id, **standing, version=fact.version)
