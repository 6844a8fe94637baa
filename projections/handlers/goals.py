"""Units, priorities, cycles, objectives, key results, initiatives, links and erasures."""

from typing import Any

from sqlalchemy import Table

from okr_events.domain.alignment import Alignment, AlignmentKind
from okr_events.domain.cycle import Cycle
from okr_events.domain.initiative import Initiative
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.person import Person
from okr_events.domain.priority import Priority
from okr_events.domain.unit import Unit
from projections.store.column_values import column_value, event_column_values
from projections.store.row_buffer import EventMetadata, RowBuffer, handles
from projections.store.tables import (
    TABLE_BY_AGGREGATE,
    alignments,
    contributors,
    cycles,
    erasures,
    initiatives,
    key_results,
    objectives,
    priorities,
    units,
)

COPIED_EVENTS = (
    Unit.Renamed,
    Unit.VisionStated,
    Unit.MissionStated,
    Unit.Moved,
    Priority.Renamed,
    Priority.Described,
    Priority.PerspectiveChanged,
    Priority.HorizonMoved,
    Priority.Reassigned,
    Cycle.PolicyChanged,
    Objective.Renamed,
    Objective.Described,
    Objective.CommitmentChanged,
    Objective.Prioritised,
    Objective.ProgressDriverChanged,
    Objective.Reassigned,
    Objective.WeightsSet,
    KeyResult.Renamed,
    KeyResult.Described,
    KeyResult.DeadlineMoved,
    KeyResult.Reweighted,
    KeyResult.Reassigned,
    KeyResult.TargetRevised,
    KeyResult.BaselineCaptured,
    KeyResult.Scored,
    KeyResult.ScoreCorrected,
    Initiative.Completed,
    Alignment.Reweighted,
    Alignment.CapacityAsked,
)
"""Events whose fields are named as the columns that they change."""


def _aggregate_table(event: Any) -> Table:
    return TABLE_BY_AGGREGATE[type(event).TOPIC.partition(".")[0]]


@handles(Unit.Created)
def insert_unit(event: Unit.Created, meta: EventMetadata, rows: RowBuffer) -> None:
    rows.insert(units, meta.id, version=meta.version, moved_at=rows.position, cadence=None, **event_column_values(event, units))


@handles(Unit.CadenceSet, KeyResult.CadenceSet)
def update_cadence(event: Unit.CadenceSet | KeyResult.CadenceSet, meta: EventMetadata, rows: RowBuffer) -> None:
    cadence = column_value(event.cadence) if event.cadence else None
    rows.update(_aggregate_table(event), meta.id, version=meta.version, cadence=cadence)


@handles(Priority.Created)
def insert_priority(event: Priority.Created, meta: EventMetadata, rows: RowBuffer) -> None:
    rows.insert(priorities, meta.id, version=meta.version, state="active", **event_column_values(event, priorities))


SEAL_COLUMNS = ("closed", "closed_at", "sealed_at", "format", "digest")
"""Columns of a cycle that its closing and its sealing fill."""


@handles(Cycle.Created)
def insert_cycle(event: Cycle.Created, meta: EventMetadata, rows: RowBuffer) -> None:
    initial = {"state": "draft", "policy_at": rows.position, **dict.fromkeys(SEAL_COLUMNS)}
    rows.insert(cycles, meta.id, version=meta.version, **initial, **event_column_values(event, cycles))


@handles(Cycle.Closed)
def close_cycle(event: Cycle.Closed, meta: EventMetadata, rows: RowBuffer) -> None:
    closed = {"state": "closed", "closed_at": rows.position, "closed": meta.recorded_at}
    rows.update(cycles, meta.id, version=meta.version, **closed, **event_column_values(event, cycles))


@handles(Cycle.Sealed)
def seal_cycle(event: Cycle.Sealed, meta: EventMetadata, rows: RowBuffer) -> None:
    rows.update(cycles, meta.id, version=meta.version, sealed_at=rows.position, **event_column_values(event, cycles))


@handles(Objective.Created)
def insert_objective(event: Objective.Created, meta: EventMetadata, rows: RowBuffer) -> None:
    state, agreed_by = ("draft", []) if event.draft else ("agreed", [meta.actor])
    values = {"state": state, "agreed_by": column_value(agreed_by), **event_column_values(event, objectives)}
    rows.insert(objectives, meta.id, version=meta.version, prioritised_at=rows.position, **values)


@handles(Objective.Agreed)
def agree_objective(event: Objective.Agreed, meta: EventMetadata, rows: RowBuffer) -> None:
    rows.update(objectives, meta.id, version=meta.version, state="agreed", agreed_by=column_value(event.agreed_by))


@handles(KeyResult.Created)
def insert_key_result(event: KeyResult.Created, meta: EventMetadata, rows: RowBuffer) -> None:
    initial = {"state": "open", "defined_at": meta.recorded_at, "metric_at": rows.position}
    unscored = dict.fromkeys(("score", "suggested", "suggested_at", "decision", "root_cause", "scored_at", "cadence"))
    rows.insert(key_results, meta.id, version=meta.version, **initial, **unscored, **event_column_values(event, key_results))


@handles(KeyResult.ContributorNamed)
def upsert_contributor(event: KeyResult.ContributorNamed, meta: EventMetadata, rows: RowBuffer) -> None:
    values = {"key_result_id": meta.id, "state": "active", **event_column_values(event, contributors)}
    rows.upsert(contributors, f"{meta.id}/{event.person_id}", version=meta.version, **values)
    rows.update(key_results, meta.id, version=meta.version)


@handles(KeyResult.ContributorReleased)
def end_contributor(event: KeyResult.ContributorReleased, meta: EventMetadata, rows: RowBuffer) -> None:
    rows.update(contributors, f"{meta.id}/{event.person_id}", version=meta.version, state="ended")
    rows.update(key_results, meta.id, version=meta.version)


@handles(Initiative.Created)
def insert_initiative(event: Initiative.Created, meta: EventMetadata, rows: RowBuffer) -> None:
    rows.insert(initiatives, meta.id, version=meta.version, done_on=None, **event_column_values(event, initiatives))


@handles(Person.Created)
def insert_erasure(_: Person.Created, meta: EventMetadata, rows: RowBuffer) -> None:
    rows.insert(erasures, meta.id, version=meta.version)


@handles(Alignment.Created)
def insert_alignment(event: Alignment.Created, meta: EventMetadata, rows: RowBuffer) -> None:
    state = "proposed" if event.kind == AlignmentKind.HORIZONTAL else "active"
    values = {"state": state, "agreed_capacity": None, "agreement": None, **event_column_values(event, alignments)}
    rows.insert(alignments, meta.id, version=meta.version, **values)


@handles(Alignment.Confirmed)
def confirm_alignment(event: Alignment.Confirmed, meta: EventMetadata, rows: RowBuffer) -> None:
    rows.update(alignments, meta.id, version=meta.version, state="confirmed", **event_column_values(event, alignments))


POSITION_COLUMN_BY_EVENT = {
    Unit.Moved: "moved_at",
    Cycle.PolicyChanged: "policy_at",
    Objective.Prioritised: "prioritised_at",
    KeyResult.TargetRevised: "metric_at",
    KeyResult.BaselineCaptured: "metric_at",
    KeyResult.Scored: "scored_at",
    KeyResult.ScoreCorrected: "scored_at",
}
"""The column that holds the event's position, as evidence."""


@handles(*COPIED_EVENTS)
def copy_fields(event: Any, meta: EventMetadata, rows: RowBuffer) -> None:
    table, column = _aggregate_table(event), POSITION_COLUMN_BY_EVENT.get(type(event))
    position = {column: rows.position} if column else {}
    rows.update(table, meta.id, version=meta.version, **event_column_values(event, table), **position)


STATE_BY_EVENT = {
    Cycle.Activated: "active",
    Priority.Retired: "retired",
    Objective.Cancelled: "cancelled",
    Objective.Closed: "closed",
    KeyResult.Cancelled: "cancelled",
    Alignment.Declined: "declined",
    Alignment.Ended: "ended",
}
"""Events that only change the state."""


@handles(*STATE_BY_EVENT)
def update_state(event: Any, meta: EventMetadata, rows: RowBuffer) -> None:
    rows.update(_aggregate_table(event), meta.id, version=meta.version, state=STATE_BY_EVENT[type(event)])
