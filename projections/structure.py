"""The structure: units, cycles, objectives, key results and links, as they stood at any position."""

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Table

from okr_events.alignment import Alignment
from okr_events.cycle import Cycle
from okr_events.key_result import KeyResult
from okr_events.numbers import plain
from okr_events.objective import Objective
from okr_events.unit import Unit
from okr_events.values import Sealed
from projections.rows import Fact, Rows, handles
from projections.tables import alignments, cycles, key_results, objectives, units

PLACES: dict[str, Table] = {
    "Unit": units,
    "Cycle": cycles,
    "Objective": objectives,
    "KeyResult": key_results,
    "Alignment": alignments,
}
COPIED = (
    Unit.Renamed,
    Unit.VisionStated,
    Unit.MissionStated,
    Unit.Moved,
    Cycle.PolicyChanged,
    Objective.Renamed,
    Objective.Described,
    Objective.CommitmentChanged,
    Objective.Prioritised,
    Objective.ProgressDriverChanged,
    Objective.Reassigned,
    KeyResult.Renamed,
    KeyResult.Described,
    KeyResult.DeadlineMoved,
    KeyResult.Reweighted,
    KeyResult.Reassigned,
    KeyResult.TargetRevised,
    KeyResult.BaselineCaptured,
    KeyResult.Scored,
    KeyResult.ScoreCorrected,
    Alignment.Reweighted,
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
    rows.open(units, fact.id, version=fact.version, **columns(event, units))


@handles(Cycle.Created)
def cycle_created(event: Cycle.Created, fact: Fact, rows: Rows) -> None:
    rows.open(cycles, fact.id, version=fact.version, state="draft", **columns(event, cycles))


@handles(Objective.Created)
def objective_created(event: Objective.Created, fact: Fact, rows: Rows) -> None:
    rows.open(objectives, fact.id, version=fact.version, state="agreed", **columns(event, objectives))


@handles(KeyResult.Created)
def key_result_defined(event: KeyResult.Created, fact: Fact, rows: Rows) -> None:
    at_once = {"state": "open", "defined_at": fact.recorded.recorded_at}
    unscored = dict.fromkeys(("score", "suggested", "suggested_at", "decision", "root_cause"))
    rows.open(key_results, fact.id, version=fact.version, **at_once, **unscored, **columns(event, key_results))


@handles(Alignment.Created)
def linked(event: Alignment.Created, fact: Fact, rows: Rows) -> None:
    rows.open(alignments, fact.id, version=fact.version, state="active", **columns(event, alignments))


@handles(*COPIED)
def changed(event: Any, fact: Fact, rows: Rows) -> None:
    table = _table(event)
    rows.change(table, fact.id, version=fact.version, **columns(event, table))


@handles(Cycle.Activated)
def activated(_: Cycle.Activated, fact: Fact, rows: Rows) -> None:
    rows.change(cycles, fact.id, version=fact.version, state="active")


@handles(Objective.Cancelled, KeyResult.Cancelled)
def cancelled(event: Any, fact: Fact, rows: Rows) -> None:
    rows.change(_table(event), fact.id, version=fact.version, state="cancelled")


@handles(Alignment.Ended)
def ended(_: Alignment.Ended, fact: Fact, rows: Rows) -> None:
    rows.change(alignments, fact.id, version=fact.version, state="ended")
