"""A generated organisation with many findings: 3 objectives per unit, 4 key results each, similar titles."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from benchmarks.organisation import ENDS_ON, FANOUT, KEY_RESULTS, METRIC, STARTS_ON, append_pending
from okr_events.commands.application import OKRApplication
from okr_events.domain.alignment import Alignment, AlignmentKind
from okr_events.domain.cycle import Cycle
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.unit import Unit
from okr_events.domain.values import Level
from okr_events.json_types import JsonObject

PER_UNIT = 3
VERBS = ("Grow", "Build", "Win", "Delight", "Simplify", "Launch", "Secure", "Shorten", "Double", "Open", "Lead")
THINGS = ("market", "customers", "product", "delivery", "support", "platform", "quality", "sales", "hiring", "costs", "data")
PLACES = ("Europe", "Asia", "retail", "industry", "schools", "banks", "hospitals", "cities", "startups", "abroad")


def record(okrs: OKRApplication, *, objectives: int) -> UUID:
    """Record it and return its cycle: two in three objectives have a parent, one in ten depends on another."""
    random = Random(objectives)  # noqa: S311 - the same organisation every time
    with okrs.register.write_transaction() as connection:
        actor = okrs.register.people.add(connection, name="Ada").id
    cycle = Cycle.create(name="2026-Q3", starts_on=STARTS_ON, ends_on=ENDS_ON)
    units = create_units(objectives // PER_UNIT + 1, teams=objectives)
    goals = [
        Objective.create(
            cycle_id=cycle.id,
            unit_id=units[n // PER_UNIT].id,
            title=random_title(random),
            owner=None if _one_in(random, 10) else actor,
        )
        for n in range(objectives)
    ]
    results = [
        KeyResult.define(goal, cycle_span=(STARTS_ON, ENDS_ON), title=f"Key result {n}", metric=METRIC, owner=actor)
        for goal in goals
        for n in range(KEY_RESULTS)
    ]
    append_pending(okrs, actor, [cycle, *units, *goals, *results, *random_links(random, goals, roots=PER_UNIT, apart=3)])
    for result in results:
        _check_in(result, random)
    append_pending(okrs, actor, results)
    return cycle.id


def create_units(count: int, *, teams: int) -> list[Unit]:
    """Create units; unit n is below unit n // 10: the company, departments, teams up to number `teams`, individuals."""
    units = [Unit.create(name="Ada's", level=Level.COMPANY)]
    for n in range(1, count):
        level = Level.DEPARTMENT if n < FANOUT else Level.TEAM if n < teams else Level.INDIVIDUAL
        units.append(Unit.create(name=f"Unit {n}", level=level, parent=units[n // FANOUT]))
    return units


def random_title(random: Random) -> str:
    return f"{random.choice(VERBS)} our {random.choice(THINGS)} in {random.choice(PLACES)} by {random.randrange(2, 500)} %"


def _one_in(random: Random, count: int) -> bool:
    return random.randrange(count) == 0


def random_links(random: Random, goals: Sequence[Objective], *, roots: int, apart: int) -> Iterator[Alignment]:
    """Give objectives after the `roots` a parent, except one in `apart`, and one in ten a dependency."""
    for n, goal in enumerate(goals):
        if n >= roots and not _one_in(random, apart):
            yield Alignment.link(goal, goals[n // FANOUT], kind=AlignmentKind.VERTICAL)
        other = random.choice(goals)
        if _one_in(random, 10) and other.unit_id != goal.unit_id:
            yield Alignment.link(goal, other, kind=AlignmentKind.HORIZONTAL)


def _check_in(result: KeyResult, random: Random) -> None:
    """Check in on three of four key results in the last week; one in ten of them reports `on_track`."""
    if not _one_in(random, 4):
        fields: JsonObject = {"status": "on_track"} if _one_in(random, 10) else {}
        day: date = ENDS_ON - timedelta(days=random.randrange(7))
        result.check_in(today=day, value=Decimal(random.randrange(100)), **fields)
