"""A small organisation, built by commands on each engine."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from okr_events.commands.application import OKRApplication
from okr_events.commands.intent import Intent
from okr_events.domain.alignment import AlignmentKind
from okr_events.domain.values import Level
from okr_events.event_log.idempotency import CommandResult

CENTURY = {"starts_on": date(2000, 1, 1), "ends_on": date(2099, 12, 31)}
LAUNCHES = {"kind": "increase", "baseline": "0", "target": "3"}


@dataclass(frozen=True)
class Organisation:
    """A team's objective `build` contributes to the company's objective `lead`; one check-in on its key result."""

    company: UUID
    team: UUID
    cycle: UUID
    lead: UUID
    build: UUID
    link: UUID
    launch: UUID
    check_in: UUID


@pytest.fixture
def intent_with_reason(intent: Intent) -> Intent:
    return replace(intent, reason="The market moved")


@pytest.fixture
def world(okrs: OKRApplication, intent: Intent) -> Organisation:
    company = okrs.create_unit(intent, name="Tech", level=Level.COMPANY).id
    team = okrs.create_unit(intent, name="Product", level=Level.TEAM, parent_id=company).id
    cycle = okrs.create_cycle(intent, name="Century", **CENTURY).id
    lead = okrs.create_objective(intent, cycle_id=cycle, unit_id=company, title="Lead").id
    build = okrs.create_objective(intent, cycle_id=cycle, unit_id=team, title="Build").id
    link = okrs.link(intent, child_id=build, parent_id=lead, kind=AlignmentKind.VERTICAL).id
    launch = okrs.define_key_result(intent, build, title="Launch", metric=LAUNCHES).id
    check_in = okrs.check_in(intent, launch, value=Decimal(1)).id
    return Organisation(company, team, cycle, lead, build, link, launch, check_in)


@pytest.fixture
def recorded_names(store: Any) -> Callable[[CommandResult], list[str]]:
    """The stored names of the events that a command recorded."""

    def names(answer: CommandResult) -> list[str]:
        after = answer.position - answer.events
        return [event.topic for event in store.log.events_after(after=after, limit=answer.events)] if answer.events else []

    return names


@pytest.fixture
def concurrent_change(okrs: OKRApplication, intent: Intent, world: Organisation) -> Callable[..., None]:
    """Runs a command of a colleague between load and append, the given number of times."""

    def get_in_between(monkeypatch: pytest.MonkeyPatch, command: Callable[..., Any], times: int) -> None:
        record = okrs.record
        monkeypatch.setattr("okr_events.commands.retry.WAIT_SECONDS", 0)

        def late(*args: Any, **kwargs: Any) -> Any:
            nonlocal times
            if times:
                times -= 1
                with monkeypatch.context() as colleague:
                    colleague.setattr(okrs, "record", record)
                    command(okrs, intent, world)
            return record(*args, **kwargs)

        monkeypatch.setattr(okrs, "record", late)

    return get_in_between
