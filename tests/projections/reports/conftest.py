"""Retrospectives of a small organisation: a company with two departments, one of them with a team; a quarter; some people."""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from api.http.responses import opened_by
from okr_events.domain.values import Words
from okr_events.register.register import Register
from projections.moment import Moment
from projections.projector import Views
from projections.reports.context import Asked, lying_below
from projections.reports.retrospective import retrospective
from projections.store import lookups
from projections.store.tables import cycles, units
from tests.projections.event_recorder import Teller, id_of
from tests.projections.view_reader import Looker

UNSAID = dict.fromkeys(("suggested", "suggested_at", "decision", "root_cause"))
Report = dict[str, Any]


@pytest.fixture
def tell(tell: Teller) -> Teller:
    """Told of the units, and that the quarter is active."""
    tell.unit("products", below="tech", level="department")
    tell.unit("builders", below="products")
    tell.unit("sellers", below="tech", level="department")
    tell("Cycle.Activated", "quarter")
    return tell


@pytest.fixture
def person(store: Any) -> Callable[[str], UUID]:
    """Somebody of this name, known to the register."""

    def add(name: str) -> UUID:
        with store.register.changing() as connection:
            id: UUID = store.register.people.add(connection, name=name).id
        return id

    return add


@pytest.fixture
def score(tell: Teller) -> Callable[..., int]:
    def score(key_result: str, score: Any, topic: str = "Scored", **said: Any) -> int:
        cause = said.pop("root_cause", None)
        words = {"root_cause": Words(tell.intent.actor, cause)} if cause else {}
        return tell(f"KeyResult.{topic}", key_result, score=score, **UNSAID | said | words)

    return score


@pytest.fixture
def goal(tell: Teller, score: Callable[..., int]) -> Callable[..., None]:
    """An objective with key results that have these scores, null for one that has none: `build 1`, `build 2` …"""

    def tell_of(name: str, *scores: Any, **said: Any) -> None:
        tell.objective(name, **said)
        for number, each in enumerate(scores, 1):
            tell.key_result(f"{name} {number}", of=name)
            if each is not None:
                score(f"{name} {number}", each)

    return tell_of


@pytest.fixture
def report(asking: "Asking") -> Callable[..., Report]:
    """The retrospective at the head, or at a position."""
    return asking.report


@pytest.fixture
def asking(store: Any, views: Any) -> "Asking":
    return Asking(store.register, views)


class Asking:
    """Asks for reports as anybody does: people are called as the register calls them, their words are opened."""

    def __init__(self, register: Register, views: Views) -> None:
        self.register = register
        self.views = views
        self.look = Looker(views)

    def report(self, position: int | None = None, *, today: date | None = None, on: date | None = None, **whose: str) -> Report:
        return self.at(self.look.moment(position, today=today, on=on), **whose)

    def at(self, moment: Moment, *, cycle: str = "quarter", unit: str | None = None) -> Report:
        """The retrospective of a cycle and perhaps a unit, both called by their names."""
        with self.views.reading() as connection:
            row = lookups.one(connection, cycles, id_of(cycle), moment.position)
            whose = lookups.one(connection, units, id_of(unit), moment.position) if unit else None
            below = lying_below(connection, id_of(unit), row, moment) if unit else None
            views = self.views
            return retrospective(
                Asked(connection, views.log, views.mapper, moment, row, whose, below, self._names, self._opened)
            )

    def _names(self, ids: Collection[str]) -> dict[str, str]:
        self.register.people.revision()
        return {str(id): name for id, name in self.register.people.names_of({UUID(id) for id in ids}).items()}

    def _opened(self, value: Any) -> Any:
        return opened_by(self.register.keys, value)
