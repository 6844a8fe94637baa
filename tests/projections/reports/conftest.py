"""Retrospectives of a small organisation: a company with two departments, one of them with a team; a quarter; some people."""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from api.representations.decryption import decrypt
from okr_events.domain.values import AuthoredText
from okr_events.register.register import Register
from projections.moment import Moment
from projections.projector import Projector
from projections.reports.context import ReportContext, unit_ids_below
from projections.reports.retrospective import build_retrospective
from projections.store import lookups
from projections.store.tables import CycleRow, UnitRow
from tests.projections.event_recorder import EventRecorder, id_of
from tests.projections.view_reader import ViewReader

EMPTY_SCORE = dict.fromkeys(("suggested", "suggested_at", "decision", "root_cause"))
JsonReport = dict[str, Any]


@pytest.fixture
def record(record: EventRecorder) -> EventRecorder:
    """A recorder with units and an active quarter."""
    record.unit("products", below="tech", level="department")
    record.unit("builders", below="products")
    record.unit("sellers", below="tech", level="department")
    record("Cycle.Activated", "quarter")
    return record


@pytest.fixture
def person(store: Any) -> Callable[[str], UUID]:
    """Adds a person with a name to the register."""

    def add(name: str) -> UUID:
        with store.register.write_transaction() as connection:
            id: UUID = store.register.people.add(connection, name=name).id
        return id

    return add


@pytest.fixture
def score(record: EventRecorder) -> Callable[..., int]:
    def score(key_result: str, score: Any, topic: str = "Scored", **said: Any) -> int:
        cause = said.pop("root_cause", None)
        words = {"root_cause": AuthoredText(record.intent.actor, cause)} if cause else {}
        return record(f"KeyResult.{topic}", key_result, score=score, **EMPTY_SCORE | said | words)

    return score


@pytest.fixture
def goal(record: EventRecorder, score: Callable[..., int]) -> Callable[..., None]:
    """Records an objective with a key result for each score, null for none: `build 1`, `build 2` …"""

    def record_goal(name: str, *scores: Any, **said: Any) -> None:
        record.objective(name, **said)
        for number, each in enumerate(scores, 1):
            record.key_result(f"{name} {number}", of=name)
            if each is not None:
                score(f"{name} {number}", each)

    return record_goal


@pytest.fixture
def report(report_builder: "ReportBuilder") -> Callable[..., JsonReport]:
    """The retrospective at the head, or at a position."""
    return report_builder.build


@pytest.fixture
def report_builder(store: Any, views: Any) -> "ReportBuilder":
    return ReportBuilder(store.register, views)


class ReportBuilder:
    """Builds reports with the names of the register and decrypted texts."""

    def __init__(self, register: Register, views: Projector) -> None:
        self.register = register
        self.views = views
        self.reader = ViewReader(views)

    def build(
        self, position: int | None = None, *, today: date | None = None, on: date | None = None, **whose: str
    ) -> JsonReport:
        return self.build_at(self.reader.moment(position, today=today, on=on), **whose)

    def build_at(self, moment: Moment, *, cycle: str = "quarter", unit: str | None = None) -> JsonReport:
        """The retrospective of a cycle and optionally a unit, both by name."""
        with self.views.connect() as connection:
            row = lookups.fetch_row(connection, CycleRow, id_of(cycle), moment.position)
            whose = lookups.fetch_row(connection, UnitRow, id_of(unit), moment.position) if unit else None
            below = unit_ids_below(connection, id_of(unit), row, moment) if unit else None
            views = self.views
            return build_retrospective(
                ReportContext(connection, views.log, views.mapper, moment, row, whose, below, self._person_names, self._decrypt)
            )

    def _person_names(self, ids: Collection[str]) -> dict[str, str]:
        self.register.people.revision()
        return {str(id): name for id, name in self.register.people.names_by_id({UUID(id) for id in ids}).items()}

    def _decrypt(self, value: Any) -> Any:
        return decrypt(self.register.keys, value)
