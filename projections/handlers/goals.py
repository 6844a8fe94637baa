"""The structure: units, priorities, cycles, objectives, key results and links, as they stood at any position."""

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
"""Events whose fields have the names of the columns that they change."""


def _aggregate_table(event: Any) -> Table:
    return TABLE_BY_AGGREGATE[type(event).TOPIC.partition(".")[0]]


@handles(Unit.Created)
def insert_unit(event: Unit.Created, fact: EventMetadata, rows: RowBuffer) -> None:
    rows.insert(units, fact.id, version=fact.version, moved_at=rows.position, cadence=None, **event_column_values(event, units))


@handles(Unit.CadenceSet, KeyResult.CadenceSet)
def update_cadence(event: Unit.CadenceSet | KeyResult.CadenceSet, fact: EventMetadata, rows: RowBuffer) -> None:
    rows.update(
        _aggregate_table(event), fact.id, version=fact.version, cadence=column_value(event.cadence) if event.cadence else None
    )


@handles(Priority.Created)
def insert_priority(event: Priority.Created, fact: EventMetadata, rows: RowBuffer) -> None:
    rows.insert(priorities, fact.id, version=fact.version, state="active", **event_column_values(event, priorities))


SEAL_COLUMNS = ("closed", "closed_at", "sealed_at", "format", "digest")
"""What a cycle's row says once it is closed, and its report fixed."""


@handles(Cycle.Created)
def insert_cycle(event: Cycle.Created, fact: EventMetadata, rows: RowBuffer) -> None:
    stands = {"state": "draft", "policy_at": rows.position, **dict.fromkeys(SEAL_COLUMNS)}
    rows.insert(cycles, fact.id, version=fact.version, **stands, **event_column_values(event, cycles))


@handles(Cycle.Closed)
def close_cycle(event: Cycle.Closed, fact: EventMetadata, rows: RowBuffer) -> None:
    closed = {"state": "closed", "closed_at": rows.position, "closed": fact.recorded.recorded_at}
    rows.update(cycles, fact.id, version=fact.version, **closed, **event_column_values(event, cycles))


@handles(Cycle.Sealed)
def seal_cycle(event: Cycle.Sealed, fact: EventMetadata, rows: RowBuffer) -> None:
    rows.update(cycles, fact.id, version=fact.version, sealed_at=rows.position, **event_column_values(event, cycles))


@handles(Objective.Created)
def insert_objective(event: Objective.Created, fact: EventMetadata, rows: RowBuffer) -> None:
    stands = (
        {"state": "draft", "agreed_by": "[]"} if event.draft else {"state": "agreed", "agreed_by": column_value([fact.actor])}
    )
    said = {**stands, **event_column_values(event, objectives)}
    rows.insert(objectives, fact.id, version=fact.version, prioritised_at=rows.position, **said)


@handles(Objective.Agreed)
def agree_objective(event: Objective.Agreed, fact: EventMetadata, rows: RowBuffer) -> None:
    rows.update(objectives, fact.id, version=fact.version, state="agreed", agreed_by=column_value(event.agreed_by))


@handles(KeyResult.Created)
def insert_key_result(event: KeyResult.Created, fact: EventMetadata, rows: RowBuffer) -> None:
    at_once = {"state": "open", "defined_at": fact.recorded.recorded_at, "metric_at": rows.position}
    unscored = dict.fromkeys(("score", "suggested", "suggested_at", "decision", "root_cause", "scored_at", "cadence"))
    rows.insert(key_results, fact.id, version=fact.version, **at_once, **unscored, **event_column_values(event, key_results))


@handles(KeyResult.ContributorNamed)
def upsert_contributor(event: KeyResult.ContributorNamed, fact: EventMetadata, rows: RowBuffer) -> None:
    said = {"key_result_id": fact.id, "state": "active", **event_column_values(event, contributors)}
    rows.upsert(contributors, f"{fact.id}/{event.person_id}", version=fact.version, **said)
    rows.update(key_results, fact.id, version=fact.version)


@handles(KeyResult.ContributorReleased)
def end_contributor(event: KeyResult.ContributorReleased, fact: EventMetadata, rows: RowBuffer) -> None:
    rows.update(contributors, f"{fact.id}/{event.person_id}", version=fact.version, state="ended")
    rows.update(key_results, fact.id, version=fact.version)


@handles(Initiative.Created)
def insert_initiative(event: Initiative.Created, fact: EventMetadata, rows: RowBuffer) -> None:
    rows.insert(initiatives, fact.id, version=fact.version, done_on=None, **event_column_values(event, initiatives))


@handles(Person.Created)
def insert_erasure(_: Person.Created, fact: EventMetadata, rows: RowBuffer) -> None:
    rows.insert(erasures, fact.id, version=fact.version)


@handles(Alignment.Created)
def insert_alignment(event: Alignment.Created, fact: EventMetadata, rows: RowBuffer) -> None:
    stands = {
        "state": "proposed" if event.kind == AlignmentKind.HORIZONTAL else "active",
        "agreed_capacity": None,
        "agreement": None,
    }
    rows.insert(alignments, fact.id, version=fact.version, **stands, **event_column_values(event, alignments))


@handles(Alignment.Confirmed)
def confirm_alignment(event: Alignment.Confirmed, fact: EventMetadata, rows: RowBuffer) -> None:
    rows.update(alignments, fact.id, version=fact.version, state="confirmed", **event_column_values(event, alignments))


POSITION_COLUMN_BY_EVENT = {
    Unit.Moved: "moved_at",
    Cycle.PolicyChanged: "policy_at",
    Objective.Prioritised: "prioritised_at",
    KeyResult.TargetRevised: "metric_at",
    KeyResult.BaselineCaptured: "metric_at",
    KeyResult.Scored: "scored_at",
    KeyResult.ScoreCorrected: "scored_at",
}
"""Events whose position is noted, as evidence."""


@handles(*COPIED_EVENTS)
def copy_fields(event: Any, fact: EventMetadata, rows: RowBuffer) -> None:
    table, mark = _aggregate_table(event), POSITION_COLUMN_BY_EVENT.get(type(event))
    marked = {mark: rows.position} if mark else {}
    rows.update(table, fact.id, version=fact.version, **event_column_values(event, table), **marked)


STATE_BY_EVENT = {
    Cycle.Activated: "active",
    Priority.Retired: "retired",
    Objective.Cancelled: "cancelled",
    Objective.Closed: "closed",
    KeyResult.Cancelled: "cancelled",
    Alignment.Declined: "declined",
    Alignment.Ended: "ended",
}
"""Events that say nothing but in which state a thing is from then on."""


@handles(*STATE_BY_EVENT)
def update_state(event: Any, fact: EventMetadata, rows: RowBuffer) -> None:
    rows.update(_aggregate_table(event), fact.id, version=fact.version, state=STATE_BY_EVENT[type(event)])
