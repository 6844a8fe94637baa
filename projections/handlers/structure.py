"""Units, priorities, cycles, objectives, key results, initiatives, links and erasures."""

from eventsourcing.domain import Aggregate
from eventsourcing.utils import get_topic

from okr_events.domain.alignment import Alignment, AlignmentKind
from okr_events.domain.base_events import FieldsChanged, StateChanged
from okr_events.domain.cycle import Cycle
from okr_events.domain.initiative import Initiative
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.person import Person
from okr_events.domain.priority import Priority
from okr_events.domain.unit import Unit
from okr_events.event_log.event_mapper import CLASSES_BY_NAME
from okr_events.row_types import RowTable
from projections.store.column_values import column_value, event_column_values
from projections.store.row_buffer import EventMetadata, RowBuffer, handles
from projections.store.tables import TABLE_BY_AGGREGATE, contributors, key_results

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


def _events(base: type[Aggregate.Event], *, handled_apart: set[type[Aggregate.Event]]) -> list[type[Aggregate.Event]]:
    """The stored events of a kind, without those that have a handler of their own."""
    return [event for event in CLASSES_BY_NAME.values() if issubclass(event, base) and event not in handled_apart]


def _aggregate_table(event: Aggregate.Event) -> RowTable:
    return TABLE_BY_AGGREGATE[get_topic(type(event)).partition(".")[0]]


def _insert(event: Aggregate.Event, meta: EventMetadata, rows: RowBuffer, **values: object) -> None:
    """Insert the aggregate's row with the event's fields and these values."""
    table = _aggregate_table(event)
    rows.insert(table, meta.id, version=meta.version, **values, **event_column_values(event, table))


def _update(event: Aggregate.Event, meta: EventMetadata, rows: RowBuffer, **values: object) -> None:
    """Update the aggregate's row with the event's fields and these values."""
    table = _aggregate_table(event)
    rows.update(table, meta.id, version=meta.version, **values, **event_column_values(event, table))


@handles(*_events(FieldsChanged, handled_apart={Unit.CadenceSet, KeyResult.CadenceSet}))
@handles(Unit.TimeZoneChanged, Objective.WeightsSet, KeyResult.BaselineCaptured, KeyResult.Scored, KeyResult.ScoreCorrected)
def copy_fields(event: Aggregate.Event, meta: EventMetadata, rows: RowBuffer) -> None:
    column = POSITION_COLUMN_BY_EVENT.get(type(event))
    _update(event, meta, rows, **({column: rows.position} if column else {}))


@handles(*_events(StateChanged, handled_apart={Cycle.Closed, Cycle.Sealed, Objective.Agreed, Alignment.Confirmed}))
def update_state(event: StateChanged, meta: EventMetadata, rows: RowBuffer) -> None:
    rows.update(_aggregate_table(event), meta.id, version=meta.version, state=event.STATE)


@handles(Initiative.Created, Person.Created)
def insert_row(event: Initiative.Created | Person.Created, meta: EventMetadata, rows: RowBuffer) -> None:
    _insert(event, meta, rows)


@handles(Unit.Created)
def insert_unit(event: Unit.Created, meta: EventMetadata, rows: RowBuffer) -> None:
    _insert(event, meta, rows, moved_at=rows.position)


@handles(Unit.CadenceSet, KeyResult.CadenceSet)
def update_cadence(event: Unit.CadenceSet | KeyResult.CadenceSet, meta: EventMetadata, rows: RowBuffer) -> None:
    cadence = column_value(event.cadence) if event.cadence else None
    rows.update(_aggregate_table(event), meta.id, version=meta.version, cadence=cadence)


@handles(Priority.Created)
def insert_priority(event: Priority.Created, meta: EventMetadata, rows: RowBuffer) -> None:
    _insert(event, meta, rows, state="active")


@handles(Cycle.Created)
def insert_cycle(event: Cycle.Created, meta: EventMetadata, rows: RowBuffer) -> None:
    _insert(event, meta, rows, state="draft", policy_at=rows.position)


@handles(Cycle.Closed)
def close_cycle(event: Cycle.Closed, meta: EventMetadata, rows: RowBuffer) -> None:
    _update(event, meta, rows, state="closed", closed_at=rows.position, closed=meta.recorded_at)


@handles(Cycle.Sealed)
def seal_cycle(event: Cycle.Sealed, meta: EventMetadata, rows: RowBuffer) -> None:
    _update(event, meta, rows, sealed_at=rows.position)


@handles(Objective.Created)
def insert_objective(event: Objective.Created, meta: EventMetadata, rows: RowBuffer) -> None:
    state, agreed_by = ("draft", []) if event.draft else ("agreed", [meta.actor])
    _insert(event, meta, rows, state=state, agreed_by=column_value(agreed_by), prioritised_at=rows.position)


@handles(Objective.Agreed)
def agree_objective(event: Objective.Agreed, meta: EventMetadata, rows: RowBuffer) -> None:
    _update(event, meta, rows, state="agreed")


@handles(KeyResult.Created)
def insert_key_result(event: KeyResult.Created, meta: EventMetadata, rows: RowBuffer) -> None:
    _insert(event, meta, rows, state="open", defined_at=meta.recorded_at, metric_at=rows.position)


@handles(KeyResult.ContributorNamed)
def upsert_contributor(event: KeyResult.ContributorNamed, meta: EventMetadata, rows: RowBuffer) -> None:
    values = {"key_result_id": meta.id, "state": "active", **event_column_values(event, contributors)}
    rows.upsert(contributors, f"{meta.id}/{event.person_id}", version=meta.version, **values)
    rows.update(key_results, meta.id, version=meta.version)


@handles(KeyResult.ContributorReleased)
def end_contributor(event: KeyResult.ContributorReleased, meta: EventMetadata, rows: RowBuffer) -> None:
    rows.update(contributors, f"{meta.id}/{event.person_id}", version=meta.version, state="ended")
    rows.update(key_results, meta.id, version=meta.version)


@handles(Alignment.Created)
def insert_alignment(event: Alignment.Created, meta: EventMetadata, rows: RowBuffer) -> None:
    _insert(event, meta, rows, state="proposed" if event.kind == AlignmentKind.HORIZONTAL else "active")


@handles(Alignment.Confirmed)
def confirm_alignment(event: Alignment.Confirmed, meta: EventMetadata, rows: RowBuffer) -> None:
    _update(event, meta, rows, state="confirmed")
