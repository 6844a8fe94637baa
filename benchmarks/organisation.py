"""A generated organisation: 1,000 objectives on three levels, 4 key results each, 13 weekly check-ins on each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from eventsourcing.domain import Aggregate

from okr_events.commands.application import OKRApplication
from okr_events.commands.units import placement_constraints
from okr_events.domain.alignment import Alignment, AlignmentKind
from okr_events.domain.cycle import Cycle
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.unit import Unit
from okr_events.domain.values import Level
from okr_events.event_log.envelope import Envelope

STARTS_ON, ENDS_ON = date(2026, 7, 1), date(2026, 9, 30)
KEY_RESULTS = 4
WEEKS = 13
FANOUT = 10
CHUNK = 5_000
METRIC = {"kind": "increase", "baseline": "0", "target": "100", "measure": "%"}


@dataclass(frozen=True, slots=True)
class Organisation:
    """The recorded cycle, a person and a team, and a position in the middle of the check-ins."""

    cycle_id: UUID
    actor: UUID
    team: Unit
    middle_position: int


def record(okrs: OKRApplication, *, objectives: int = 1_000) -> Organisation:
    """Record the structure, then the check-ins week by week."""
    with okrs.register.write_transaction() as connection:
        actor = okrs.register.people.add(connection, name="Ada").id
    cycle = Cycle.create(name="2026-Q3", starts_on=STARTS_ON, ends_on=ENDS_ON)
    units = _units()
    goals = [
        Objective.create(cycle_id=cycle.id, unit_id=units[_level(n)].id, title=f"Objective {n}", owner=actor)
        for n in range(objectives)
    ]
    links = [Alignment.link(goals[n], goals[n // FANOUT], kind=AlignmentKind.VERTICAL) for n in range(1, objectives)]
    span = (STARTS_ON, ENDS_ON)
    results = [
        KeyResult.define(goal, cycle_span=span, title=f"Key result {n}", metric=METRIC, owner=actor)
        for goal in goals
        for n in range(KEY_RESULTS)
    ]
    _append_units(okrs, actor, units)
    append_pending(okrs, actor, [cycle, *goals, *links, *results])
    middle = 0
    for week in range(WEEKS):
        day = STARTS_ON + timedelta(weeks=week)
        for result in results:
            result.check_in(today=day, value=Decimal(5 * week), confidence=Decimal("0.6"))
        append_pending(okrs, actor, results)
        middle = okrs.log_recorder.head().position if week == WEEKS // 2 else middle
    return Organisation(cycle.id, actor, units[-1], middle)


def record_key_results(
    okrs: OKRApplication, within: Organisation, name: str, *, objectives: int, each: int, check_ins: int = 0
) -> list[UUID]:
    """Record a present cycle with objectives, key results and check-ins on each; return the ids of the key results."""
    cycle = Cycle.create(name=name, starts_on=date(2026, 1, 1), ends_on=date(2099, 12, 31))
    goals = [
        Objective.create(cycle_id=cycle.id, unit_id=within.team.id, title=f"Goal {n}", owner=within.actor)
        for n in range(objectives)
    ]
    span = (cycle.starts_on, cycle.ends_on)
    results = [
        KeyResult.define(goal, cycle_span=span, title=f"Launch {n}", metric=METRIC, owner=within.actor)
        for goal in goals
        for n in range(each)
    ]
    for _ in range(check_ins):
        for result in results:
            result.check_in(today=STARTS_ON, value=Decimal(5), confidence=Decimal("0.6"))
    append_pending(okrs, within.actor, [cycle, *goals, *results])
    return [result.id for result in results]


def _units() -> list[Unit]:
    company = Unit.create(name="Ada's", level=Level.COMPANY)
    department = Unit.create(name="Products", level=Level.DEPARTMENT, parent=company)
    return [company, department, Unit.create(name="Builders", level=Level.TEAM, parent=department)]


def _append_units(okrs: OKRApplication, actor: UUID, units: Sequence[Unit]) -> None:
    """Record units as commands do, which look the company up by its claim."""
    for unit in units:
        events = unit.collect_events()
        okrs.append(events, envelopes=[Envelope(actor)] * len(events), constraints=placement_constraints(unit))


def _level(n: int) -> int:
    """Return the level of objective n, whose parent is objective n // 10: one at the top, nine below it, then the others."""
    return min(len(str(n)) - 1 if n else -1, 1) + 1


def append_pending(okrs: OKRApplication, actor: UUID, aggregates: Sequence[Aggregate]) -> None:
    events = [event for aggregate in aggregates for event in aggregate.collect_events()]
    for start in range(0, len(events), CHUNK):
        batch = events[start : start + CHUNK]
        okrs.append(batch, envelopes=[Envelope(actor)] * len(batch))
