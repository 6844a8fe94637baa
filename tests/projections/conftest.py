"""Facts straight into a log of January to March 2024, and what the views make of them."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import DDL, Connection, Engine, Table, select

from okr_events.application import OKRs
from okr_events.intent import Intent
from okr_events.log.ledger import instant, microseconds
from okr_events.log.mapper import NAMES
from okr_events.policy import DEFAULT
from okr_events.register.engine import open_postgres, open_sqlite
from projections.graph import Graph
from projections.moment import Moment
from projections.tables import metadata
from projections.views import Views

FIRST_DAY, LAST_DAY = date(2024, 1, 1), date(2024, 3, 31)
"""A Monday and a Sunday."""
TO_TEN = {"kind": "increase", "baseline": "0", "target": "10", "measure": None}
SAID = dict.fromkeys(("measured_on", "value", "milestones", "confidence", "status", "note", "wins", "blockers", "next_steps"))


def id_of(name: str) -> UUID:
    return uuid5(NAMESPACE_OID, name)


class Teller:
    """Records facts without asking any rule. Things go by their names; `now` is when the log takes them in."""

    def __init__(self, okrs: OKRs, intent: Intent) -> None:
        self.okrs = okrs
        self.intent = intent
        self.now = datetime.combine(FIRST_DAY, time(12), UTC)
        self.versions = Counter[UUID]()

    def on(self, day: date, hour: int = 12) -> "Teller":
        self.now = datetime.combine(day, time(hour), UTC)
        return self

    def __call__(self, topic: str, name: str, /, *, reason: str | None = None, **said: Any) -> int:
        """Record one fact and give its position."""
        id = id_of(name)
        self.versions[id] += 1
        if self.versions[id] == 1:
            said["originator_topic"] = topic.partition(".")[0]
        event = NAMES[topic](originator_id=id, originator_version=self.versions[id], timestamp=self.now, **said)
        envelope = replace(self.intent, reason=reason).envelope
        return self.okrs.append([event], envelopes=[envelope], times=[microseconds(self.now)])[0]

    def unit(self, name: str, *, below: str | None = None, level: str = "team") -> int:
        place = {"level": level, "parent_id": id_of(below)} if below else {"level": "company", "parent_id": None}
        return self("Unit.Created", name, name=name, vision=None, mission=None, time_zone=None, **place)

    def cycle(self, name: str = "quarter", **said: Any) -> int:
        usual = {"name": name, "starts_on": FIRST_DAY, "ends_on": LAST_DAY, "parent_id": None, "policy": DEFAULT}
        return self("Cycle.Created", name, **{**usual, **said})

    def objective(self, name: str, *, unit: str = "tech", cycle: str = "quarter", **said: Any) -> int:
        usual = {"title": name, "description": None, "owner": None, "commitment": "aspirational", "urgent": False}
        usual |= {"important": False, "progress_driver": "key_results"}
        return self("Objective.Created", name, unit_id=id_of(unit), cycle_id=id_of(cycle), **{**usual, **said})

    def key_result(self, name: str, *, of: str, cycle: str = "quarter", weight: Any = 1, **said: Any) -> int:
        place = {"objective_id": id_of(of), "cycle_id": id_of(cycle), "cycle_ends_on": LAST_DAY}
        usual = {"title": name, "description": None, "metric": TO_TEN, "owner": None, "due_on": LAST_DAY}
        return self("KeyResult.Defined", name, **place, weight=Decimal(weight), **{**usual, **said})

    def check_in(self, key_result: str, name: str = "", *, on: date | None = None, **said: Any) -> int:
        """`name` tells check-ins apart; by default it is that of the key result and the number of its fact."""
        name = name or f"{key_result} {self.versions[id_of(key_result)]}"
        usual = SAID | {"measured_on": on or self.now.date(), "wins": [], "blockers": [], "next_steps": []}
        return self("KeyResult.CheckedIn", key_result, check_in_id=id_of(name), **{**usual, **_exact(said)})

    def correct(self, key_result: str, name: str, **said: Any) -> int:
        return self("KeyResult.CheckInCorrected", key_result, check_in_id=id_of(name), **{**SAID, **_exact(said)})

    def retract(self, key_result: str, name: str) -> int:
        return self("KeyResult.CheckInRetracted", key_result, check_in_id=id_of(name))

    def link(self, child: str, parent: str, weight: Any = 1) -> int:
        ends = {"child_id": id_of(child), "parent_id": id_of(parent)}
        return self("Alignment.Linked", f"{child}>{parent}", kind="vertical", weight=Decimal(weight), **ends)


def _exact(said: dict[str, Any]) -> dict[str, Any]:
    numbers = ("value", "confidence")
    return {name: Decimal(value) if name in numbers and value is not None else value for name, value in said.items()}


class Looker:
    """The graph, and single things of it, as they stood at a position or are on a day."""

    def __init__(self, views: Views) -> None:
        self.views = views
        self.zone = ZoneInfo("UTC")

    def moment(self, position: int | None = None, *, today: date | None = None, on: date | None = None) -> Moment:
        head = self.views.catch_up(60)
        there = self.views.log.moment(position or head.position) or head
        evaluated_at = datetime.combine(today, time(23), self.zone) if today else instant(there.recorded_at)
        day = on or evaluated_at.astimezone(self.zone).date()
        return Moment(there.position, evaluated_at, day, final=False, as_of=None, zone=self.zone)

    def graph(self, position: int | None = None, *, cycle: str | None = None, **when: Any) -> Graph:
        with self.views.reading() as connection:
            moment = self.moment(position, **when)
            return Graph.of_cycle(connection, moment, str(id_of(cycle)) if cycle else None)

    def objective(self, name: str, position: int | None = None, **when: Any) -> Any:
        return self.graph(position, **when).objectives[str(id_of(name))]

    def key_result(self, name: str, position: int | None = None, **when: Any) -> Any:
        return self.graph(position, **when).key_results[str(id_of(name))]


@pytest.fixture
def teller(okrs: OKRs, intent: Intent) -> Teller:
    return Teller(okrs, intent)


@pytest.fixture
def tell(teller: Teller) -> Teller:
    """A teller who has told of the company `tech` and the cycle `quarter`."""
    teller.unit("tech")
    teller.cycle()
    return teller


@pytest.fixture
def open_views(store: Any, okrs: OKRs) -> Iterator[Callable[..., Views]]:
    """Open empty views by a name of their own, over the store's log or another."""
    opened: list[Views] = []

    def open_named(name: str = "views", log: Any = None) -> Views:
        opened.append(Views(_empty(store, name), log or store.log, okrs.mapper))
        return opened[-1]

    yield open_named
    for views in opened:
        views.engine.dispose()


def _empty(store: Any, name: str) -> Engine:
    if store.engine == "sqlite":
        return open_sqlite(store.folder / f"{name}.sqlite", durable=False)
    with store.register.engine.begin() as connection:
        connection.execute(DDL(f"DROP SCHEMA IF EXISTS {name} CASCADE"))
    return open_postgres(store.register.engine.url.set(drivername="postgresql").render_as_string(hide_password=False), name)


@pytest.fixture
def views(open_views: Callable[..., Views]) -> Views:
    return open_views()


@pytest.fixture
def look(views: Views) -> Looker:
    return Looker(views)


@pytest.fixture
def rows(views: Views) -> Callable[..., list[dict[str, Any]]]:
    """A table's rows about one thing, the oldest version first, without id and place in the log."""

    def found(table: Table, name: str) -> list[dict[str, Any]]:
        views.catch_up(60)
        query = select(table).where(table.c.id == str(id_of(name))).order_by(table.c.from_position)
        with views.reading() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    return found


def all_rows(connection: Connection) -> dict[str, list[str]]:
    """Every row of every table, with all its columns, sorted."""
    return {
        table.name: sorted(repr(sorted(row.items())) for row in connection.execute(select(table)).mappings())
        for table in metadata.sorted_tables
    }


@pytest.fixture
def everything() -> Callable[[Views], dict[str, list[str]]]:
    def read(views: Views) -> dict[str, list[str]]:
        with views.reading() as connection:
            return all_rows(connection)

    return read
