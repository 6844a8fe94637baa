"""An organisation that many processes write to concurrently."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from okr_events.commands.application import OKRApplication
from okr_events.commands.intent import Intent
from okr_events.domain.alignment import AlignmentKind
from okr_events.domain.values import Level, Perspective
from tests.torture.command_runners import RUNNER_COUNT, ProcessRunner, ThreadRunner
from tests.torture.open_stores import place_of
from tests.torture.processes import processes

CENTURY = {"starts_on": date(2000, 1, 1), "ends_on": date(2099, 12, 31)}
ZERO_TO_A_MILLION = {"kind": "increase", "baseline": "0", "target": "1000000"}


@dataclass(frozen=True)
class Organisation:
    okrs: OKRApplication
    intent: Intent
    company: UUID
    cycle: UUID

    def team(self, name: str) -> UUID:
        return self.okrs.create_unit(self.intent, name=name, level=Level.TEAM, parent_id=self.company).id or self.company

    def objective(self, title: str, unit: UUID | None = None, **fields: Any) -> Any:
        place = {"cycle_id": self.cycle, "unit_id": unit or self.company}
        return self.okrs.create_objective(self.intent, title=title, **place | fields).id

    def key_result(self, title: str, *, of: UUID | None = None) -> Any:
        return self.okrs.define_key_result(self.intent, of or self.objective(title), title=title, metric=ZERO_TO_A_MILLION).id

    def priority(self, title: str) -> Any:
        fields = {"perspective": Perspective.CUSTOMER, "horizon": tuple(CENTURY.values())}
        return self.okrs.set_priority(self.intent, title=title, **fields).id

    def check_in(self, key_result: UUID, value: int) -> Any:
        return self.okrs.check_in(self.intent, key_result, value=Decimal(value)).id

    def link(self, kind: AlignmentKind, child: UUID, parent: UUID) -> Any:
        return self.okrs.link(self.intent, child_id=child, parent_id=parent, kind=kind).id

    def limited_cycle(self, name: str, limits: dict[str, Any]) -> Any:
        """Create a cycle with these limits in its policy."""
        return self.okrs.create_cycle(self.intent, name=name, policy={"limits": limits}, **CENTURY).id


@pytest.fixture
def organisation(okrs: OKRApplication, intent: Intent) -> Organisation:
    reasoned = replace(intent, reason="It has to be")
    company: Any = okrs.create_unit(reasoned, name="Tech", level=Level.COMPANY).id
    cycle: Any = okrs.create_cycle(reasoned, name="Century", **CENTURY).id
    return Organisation(okrs, reasoned, company, cycle)


@pytest.fixture
def teams(organisation: Organisation) -> list[UUID]:
    return [organisation.team(f"Team {number}") for number in range(RUNNER_COUNT)]


@pytest.fixture
def in_processes(store: Any, organisation: Organisation) -> Iterator[Callable[..., ProcessRunner]]:
    """Three runner processes, given the units whose objectives may all be linked."""
    with processes() as running:
        yield partial(ProcessRunner, running, place_of(store), organisation.intent.actor)


@pytest.fixture
def in_threads(store: Any, organisation: Organisation) -> Iterator[Callable[..., ThreadRunner]]:
    """Three runner threads, which start faster."""
    with ExitStack() as opened:
        yield lambda *arguments: opened.enter_context(
            closing(ThreadRunner(place_of(store), organisation.intent.actor, *arguments))
        )


@pytest.fixture(params=[pytest.param(False, id="some"), pytest.param(True, id="many", marks=pytest.mark.torture)])
def long_run(request: pytest.FixtureRequest) -> bool:
    """Return whether this is the long run: a hundred rounds with processes instead of a few with threads."""
    return bool(request.param)


@pytest.fixture
def rounds(*, long_run: bool) -> range:
    return range(100 if long_run else 5)


@pytest.fixture
def command_runner(request: pytest.FixtureRequest, *, long_run: bool) -> Callable[..., Any]:
    found: Callable[..., Any] = request.getfixturevalue("in_processes" if long_run else "in_threads")
    return found
