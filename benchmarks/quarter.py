"""A made-up quarter from plan to close: units of four levels, 10 objectives each, 4 key results on each of these."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from benchmarks.diary import Diary
from benchmarks.metrics import metric
from benchmarks.misaligned import title
from okr_events.commands.application import OKRs
from okr_events.domain.alignment import Alignment, Kind
from okr_events.domain.cycle import Cycle
from okr_events.domain.initiative import Initiative
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.unit import Unit
from okr_events.domain.values import Commitment, Decision, Level, Words

NAME = "2025-Q3"
STARTS_ON, ENDS_ON = date(2025, 7, 1), date(2025, 9, 30)
PLANNED_ON, SCORED_ON, CLOSED_ON = date(2025, 6, 16), date(2025, 10, 2), date(2025, 10, 6)
PER_UNIT, KEY_RESULTS, FANOUT = 10, 4, 10
DEPARTMENTS, TEAMS = 10, 300
COMMITMENTS = (Commitment.COMMITTED, *[Commitment.ASPIRATIONAL] * 3, Commitment.LEARNING)
WORDS = "Two more customers moved over; the importer still needs a hand with their old quarters."


@dataclass(slots=True)
class Measure:
    """A key result, who owns it, and its last check-in."""

    result: KeyResult
    owner: UUID
    last: UUID | None = None

    @property
    def open(self) -> bool:
        return self.result.state == "open"


class Quarter:
    """Its structure, and what happens to all of it at once: at the beginning and at the end."""

    def __init__(self, okrs: OKRs, *, units: int) -> None:
        self.random = Random(units)  # noqa: S311 - the same quarter every time
        self.diary = Diary(okrs)
        with okrs.register.changing() as connection:
            self.people = [okrs.register.people.add(connection, name=f"Ada {n}").id for n in range(units)]
        self.cycle = Cycle.create(name=NAME, starts_on=STARTS_ON, ends_on=ENDS_ON)
        self.units = _units(units)
        self.goals = [self._goal(self.units[n // PER_UNIT]) for n in range(units * PER_UNIT)]
        self.measures = [self._measure(goal) for goal in self.goals for _ in range(KEY_RESULTS)]

    def one_in(self, many: int) -> bool:
        return self.random.randrange(many) == 0

    def person(self) -> UUID:
        return self.random.choice(self.people)

    def plan(self) -> None:
        write, lead, day = self.diary.write, self.people[0], PLANNED_ON + timedelta(days=1)
        write(PLANNED_ON, lead, [*self.units, self.cycle, *self.goals, *self._links()])
        for each in self.measures:
            if self.one_in(4):
                each.result.name_contributor(self.person(), contribution=Words(lead, WORDS))
            write(day, each.owner, [each.result])
            if self.one_in(4):
                write(day, each.owner, [Initiative.start(each.result, title=title(self.random), owner=each.owner)])
        self.cycle.activate()
        write(STARTS_ON, lead, [self.cycle])

    def close(self) -> None:
        """Nine in ten key results are scored, most of them as suggested; then the cycle is closed."""
        for each in self.measures:
            if each.open and not self.one_in(10):
                score = Decimal(self.random.randrange(30, 101)) / 100
                suggested = score if self.one_in(3) else Decimal(self.random.randrange(101)) / 100
                cause = Words(each.owner, WORDS) if self.one_in(3) else None
                decision = self.random.choice(list(Decision)).value
                each.result.score_it(score=score, suggested=suggested, decision=decision, root_cause=cause)
                self.diary.write(SCORED_ON, each.owner, [each.result])
        self.cycle.close()
        self.diary.write(CLOSED_ON, self.people[0], [self.cycle], why=WORDS)
        self.diary.flush()

    def _goal(self, unit: Unit) -> Objective:
        return Objective.create(
            cycle_id=self.cycle.id,
            unit_id=unit.id,
            title=title(self.random),
            owner=None if self.one_in(20) else self.person(),
            commitment=self.random.choice(COMMITMENTS),
            urgent=self.one_in(3),
            important=self.one_in(2),
        )

    def _measure(self, goal: Objective) -> Measure:
        span, owner = (STARTS_ON, ENDS_ON), self.person()
        said, measured_by = title(self.random), metric(self.random)
        return Measure(KeyResult.define(goal, cycle_span=span, title=said, metric=measured_by, owner=owner), owner)

    def _links(self) -> Iterator[Alignment]:
        """Four in five objectives serve one above, one in ten depends on another."""
        for n, goal in enumerate(self.goals):
            if n >= PER_UNIT and not self.one_in(5):
                yield Alignment.link(goal, self.goals[n // FANOUT], kind=Kind.VERTICAL)
            other = self.random.choice(self.goals)
            if self.one_in(10) and other.unit_id != goal.unit_id:
                yield Alignment.link(goal, other, kind=Kind.HORIZONTAL)


def _units(count: int) -> list[Unit]:
    """Each below the tenth of its number: the company, departments, teams, individuals."""
    units = [Unit.create(name="Ada's", level=Level.COMPANY)]
    for n in range(1, count):
        level = Level.DEPARTMENT if n < DEPARTMENTS else Level.TEAM if n < TEAMS else Level.INDIVIDUAL
        units.append(Unit.create(name=f"Unit {n}", level=level, parent=units[n // FANOUT]))
    return units
