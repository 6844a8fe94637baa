"""A generated quarter from planning to closing: units on four levels, 10 objectives each, 4 key results per objective."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from benchmarks.diary import Diary
from benchmarks.metrics import random_metric
from benchmarks.misaligned import create_units, random_links, random_title
from okr_events.commands.application import OKRApplication
from okr_events.domain.cycle import Cycle
from okr_events.domain.initiative import Initiative
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.unit import Unit
from okr_events.domain.values import AuthoredText, Commitment, Decision

CYCLE_NAME = "2025-Q3"
STARTS_ON, ENDS_ON = date(2025, 7, 1), date(2025, 9, 30)
PLANNED_ON, SCORED_ON, CLOSED_ON = date(2025, 6, 16), date(2025, 10, 2), date(2025, 10, 6)
PER_UNIT, KEY_RESULTS = 10, 4
TEAMS = 300
COMMITMENTS = (Commitment.COMMITTED, *[Commitment.ASPIRATIONAL] * 3, Commitment.LEARNING)
SAMPLE_TEXT = "Two more customers moved over; the importer still needs a hand with their old quarters."


@dataclass(slots=True)
class OwnedKeyResult:
    """A key result with its owner and last check-in."""

    result: KeyResult
    owner: UUID
    last_check_in: UUID | None = None


class Quarter:
    """The structure of the quarter, its planning and its closing."""

    def __init__(self, okrs: OKRApplication, *, units: int) -> None:
        self.random = Random(units)  # noqa: S311 - the same quarter every time
        self.diary = Diary(okrs)
        with okrs.register.write_transaction() as connection:
            self.people = [okrs.register.people.add(connection, name=f"Ada {n}").id for n in range(units)]
        self.cycle = Cycle.create(name=CYCLE_NAME, starts_on=STARTS_ON, ends_on=ENDS_ON)
        self.units = create_units(units, teams=TEAMS)
        self.objectives = [self._create_objective(self.units[n // PER_UNIT]) for n in range(units * PER_UNIT)]
        self.key_results = [self._define_key_result(goal) for goal in self.objectives for _ in range(KEY_RESULTS)]

    def one_in(self, count: int) -> bool:
        return self.random.randrange(count) == 0

    def random_person(self) -> UUID:
        return self.random.choice(self.people)

    def plan(self) -> None:
        write, lead, day = self.diary.write, self.people[0], PLANNED_ON + timedelta(days=1)
        write(
            PLANNED_ON,
            lead,
            [*self.units, self.cycle, *self.objectives, *random_links(self.random, self.objectives, roots=PER_UNIT, apart=5)],
        )
        for owned in self.key_results:
            if self.one_in(4):
                owned.result.name_contributor(self.random_person(), contribution=AuthoredText(lead, SAMPLE_TEXT))
            write(day, owned.owner, [owned.result])
            if self.one_in(4):
                write(day, owned.owner, [Initiative.start(owned.result, title=random_title(self.random), owner=owned.owner)])
        self.cycle.activate()
        write(STARTS_ON, lead, [self.cycle])

    def close(self) -> None:
        """Score nine in ten key results, then close the cycle."""
        for owned in self.key_results:
            if owned.result.state == "open" and not self.one_in(10):
                score = Decimal(self.random.randrange(30, 101)) / 100
                suggested = score if self.one_in(3) else Decimal(self.random.randrange(101)) / 100
                cause = AuthoredText(owned.owner, SAMPLE_TEXT) if self.one_in(3) else None
                decision = self.random.choice(list(Decision)).value
                owned.result.record_score(score=score, suggested=suggested, decision=decision, root_cause=cause)
                self.diary.write(SCORED_ON, owned.owner, [owned.result])
        self.cycle.close()
        self.diary.write(CLOSED_ON, self.people[0], [self.cycle], reason=SAMPLE_TEXT)
        self.diary.flush()

    def _create_objective(self, unit: Unit) -> Objective:
        return Objective.create(
            cycle_id=self.cycle.id,
            unit_id=unit.id,
            title=random_title(self.random),
            owner=None if self.one_in(20) else self.random_person(),
            commitment=self.random.choice(COMMITMENTS),
            urgent=self.one_in(3),
            important=self.one_in(2),
        )

    def _define_key_result(self, goal: Objective) -> OwnedKeyResult:
        span, owner = (STARTS_ON, ENDS_ON), self.random_person()
        title, metric = random_title(self.random), random_metric(self.random)
        return OwnedKeyResult(KeyResult.define(goal, cycle_span=span, title=title, metric=metric, owner=owner), owner)
