"""The structure: units, priorities, cycles, objectives, key results and links, as they stood at any position."""

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Table

from okr_events.domain.alignment import Alignment, Kind
from okr_events.domain.cycle import Cycle
from okr_events.domain.decimals import plain
from okr_events.domain.initiative import Initiative
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.person import Person
from okr_events.domain.priority import Priority
from okr_events.domain.unit import Unit
from okr_events.domain.values import Sealed
from projections.store.row_buffer import Fact, Rows, handles
from projections.store.tables import (
    alignments,
    contributors,
    conversations,
    cycles,
    erasures,
    initiatives,
    key_results,
    objectives,
    priorities,
    reviews,
    units,
)

PLACES: dict[str, Table] = {
    "Unit": units,
    "Priority": priorities,
    "Cycle": cycles,
    "Objective": objectives,
    "KeyResult": key_results,
    "Initiative": initiatives,
    "Alignment": alignments,
    "Conversation": conversations,
    "Person": erasures,
    "Review": reviews,
}
COPIED = (
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


def simple(value: Any) -> Any:
    """A number, an id or a day as text; anything else as it is."""
    match value:
        case Decimal():
            return plain(value)
        case UUID():
            return str(value)
        case date():
            return value.isoformat()
        case _:
            return value


def stored(value: Any) -> Any:
    """A field of an event as a column holds it."""
    match value:
        case Sealed():
            return value.token
        case bool():
            return int(value)
        case dict() | list():
            return orjson.dumps(value, default=stored, option=orjson.OPT_PASSTHROUGH_DATACLASS).decode()
        case _:
            return simple(value)


def columns(event: Any, table: Table) -> dict[str, Any]:
    """The event's fields that have a column, as the column holds them."""
    fields = vars(event)
    return {name: stored(fields[name]) for name in _columns(table) if name in fields}


@cache
def _columns(table: Table) -> tuple[str, ...]:
    return tuple(table.c.keys())


def _table(event: Any) -> Table:
    return PLACES[type(event).TOPIC.partition(".")[0]]


@handles(Unit.Created)
def unit_created(event: Unit.Created, fact: Fact, rows: Rows) -> None:
    rows.open(units, fact.id, version=fact.version, moved_at=rows.position, cadence=None, **columns(event, units))


@handles(Unit.CadenceSet, KeyResult.CadenceSet)
def cadence_set(event: Unit.CadenceSet | KeyResult.CadenceSet, fact: Fact, rows: Rows) -> None:
    rows.change(_table(event), fact.id, version=fact.version, cadence=stored(event.cadence) if event.cadence else None)


@handles(Priority.Created)
def priority_set(event: Priority.Created, fact: Fact, rows: Rows) -> None:
    rows.open(priorities, fact.id, version=fact.version, state="active", **columns(event, priorities))


SEAL = ("closed", "closed_at", "sealed_at", "format", "digest")
"""What a cycle's row says once it is closed, and its report fixed."""


@handles(Cycle.Created)
def cycle_created(event: Cycle.Created, fact: Fact, rows: Rows) -> None:
    stands = {"state": "draft", "policy_at": rows.position, **dict.fromkeys(SEAL)}
    rows.open(cycles, fact.id, version=fact.version, **stands, **columns(event, cycles))


@handles(Cycle.Closed)
def cycle_closed(event: Cycle.Closed, fact: Fact, rows: Rows) -> None:
    closed = {"state": "closed", "closed_at": rows.position, "closed": fact.recorded.recorded_at}
    rows.change(cycles, fact.id, version=fact.version, **closed, **columns(event, cycles))


@handles(Cycle.Sealed)
def cycle_sealed(event: Cycle.Sealed, fact: Fact, rows: Rows) -> None:
    rows.change(cycles, fact.id, version=fact.version, sealed_at=rows.position, **columns(event, cycles))


@handles(Objective.Created)
def objective_created(event: Objective.Created, fact: Fact, rows: Rows) -> None:
    stands = {"state": "draft", "agreed_by": "[]"} if event.draft else {"state": "agreed", "agreed_by": stored([fact.actor])}
    said = {**stands, **columns(event, objectives)}
    rows.open(objectives, fact.id, version=fact.version, prioritised_at=rows.position, **said)


@handles(Objective.Agreed)
def agreed(event: Objective.Agreed, fact: Fact, rows: Rows) -> None:
    rows.change(objectives, fact.id, version=fact.version, state="agreed", agreed_by=stored(event.agreed_by))


@handles(KeyResult.Created)
def key_result_defined(event: KeyResult.Created, fact: Fact, rows: Rows) -> None:
    at_once = {"state": "open", "defined_at": fact.recorded.recorded_at, "metric_at": rows.position}
    unscored = dict.fromkeys(("score", "suggested", "suggested_at", "decision", "root_cause", "scored_at", "cadence"))
    rows.open(key_results, fact.id, version=fact.version, **at_once, **unscored, **columns(event, key_results))


@handles(KeyResult.ContributorNamed)
def contributor_named(event: KeyResult.ContributorNamed, fact: Fact, rows: Rows) -> None:
    said = {"key_result_id": fact.id, "state": "active", **columns(event, contributors)}
    rows.put(contributors, f"{fact.id}/{event.person_id}", version=fact.version, **said)
    rows.change(key_results, fact.id, version=fact.version)


@handles(KeyResult.ContributorReleased)
def contributor_released(event: KeyResult.ContributorReleased, fact: Fact, rows: Rows) -> None:
    rows.change(contributors, f"{fact.id}/{event.person_id}", version=fact.version, state="ended")
    rows.change(key_results, fact.id, version=fact.version)


@handles(Initiative.Created)
def initiative_started(event: Initiative.Created, fact: Fact, rows: Rows) -> None:
    rows.open(initiatives, fact.id, version=fact.version, done_on=None, **columns(event, initiatives))


@handles(Person.Created)
def erased(_: Person.Created, fact: Fact, rows: Rows) -> None:
    rows.open(erasures, fact.id, version=fact.version)


@handles(Alignment.Created)
def linked(event: Alignment.Created, fact: Fact, rows: Rows) -> None:
    stands = {"state": "proposed" if event.kind == Kind.HORIZONTAL else "active", "agreed_capacity": None, "agreement": None}
    rows.open(alignments, fact.id, version=fact.version, **stands, **columns(event, alignments))


@handles(Alignment.Confirmed)
def confirmed(event: Alignment.Confirmed, fact: Fact, rows: Rows) -> None:
    rows.change(alignments, fact.id, version=fact.version, state="confirmed", **columns(event, alignments))


MARKED = {
    Unit.Moved: "moved_at",
    Cycle.PolicyChanged: "policy_at",
    Objective.Prioritised: "prioritised_at",
    KeyResult.TargetRevised: "metric_at",
    KeyResult.BaselineCaptured: "metric_at",
    KeyResult.Scored: "scored_at",
    KeyResult.ScoreCorrected: "scored_at",
}
"""Events whose position is noted, as evidence."""


@handles(*COPIED)
def changed(event: Any, fact: Fact, rows: Rows) -> None:
    table, mark = _table(event), MARKED.get(type(event))
    marked = {mark: rows.position} if mark else {}
    rows.change(table, fact.id, version=fact.version, **columns(event, table), **marked)


STATES = {
    Cycle.Activated: "active",
    Priority.Retired: "retired",
    Objective.Cancelled: "cancelled",
    Objective.Closed: "closed",
    KeyResult.Cancelled: "cancelled",
    Alignment.Declined: "declined",
    Alignment.Ended: "ended",
}
"""Events that say nothing but in which state a thing is from then on."""


@handles(*STATES)
def stands(event: Any, fact: Fact, rows: Rows) -> None:
    rows.change(_table(event), fact.id, version=fact.version, state=STATES[type(event)])
