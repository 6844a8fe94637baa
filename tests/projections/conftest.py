"""A teller of facts and views of what it tells, on each engine."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import DDL, Engine, Table, select

from okr_events.commands.application import OKRs
from okr_events.commands.intent import Intent
from okr_events.register.engine import open_postgres, open_sqlite
from projections.projector import Views
from projections.store.row_buffer import handlers
from tests.projections.browser import chromium  # noqa: F401 - a fixture
from tests.projections.event_recorder import FIRST_DAY, Teller, id_of
from tests.projections.view_reader import Looker, all_rows


class Unfit(Exception):
    """No handler can take this in."""


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
def told(tell: Teller) -> Teller:
    """A bit of everything, and many changes to few things."""
    tell.unit("team", below="tech")
    tell("Unit.Renamed", "team", name="Products")
    tell("Cycle.Activated", "quarter")
    for name in ("lead", "build"):
        tell.objective(name)
        tell.key_result(f"{name} it", of=name)
    tell.link("build", "lead")
    tell.conversation("lead", "objective")
    tell.comment("lead", "a remark")
    tell.answer("lead", "an answer", to="a remark")
    for week in range(8):
        tell.on(FIRST_DAY + timedelta(weeks=week))
        for name in ("lead it", "build it"):
            tell.check_in(name, f"{name} in week {week}", value=week, confidence="0.5", status="on_track")
        tell.correct("lead it", f"lead it in week {week}", value=week + 1, reason="A slip")
        tell("KeyResult.Reweighted", "build it", weight=Decimal(week), reason="It matters")
    tell.retract("build it", "build it in week 7")
    tell("KeyResult.Cancelled", "build it")
    tell("Alignment.Ended", "build>lead")
    tell("Objective.Cancelled", "build")
    return tell


@pytest.fixture
def open_views(store: Any, okrs: OKRs) -> Iterator[Callable[..., Views]]:
    """Open empty views by a name of their own, over the store's log or another."""
    opened: list[Views] = []

    def open_named(name: str = "views", log: Any = None, **how: Any) -> Views:
        opened.append(Views(_empty(store, name), log or store.log, okrs.mapper, **how))
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


@pytest.fixture
def everything() -> Callable[[Views], dict[str, list[str]]]:
    def read(views: Views) -> dict[str, list[str]]:
        with views.reading() as connection:
            return all_rows(connection)

    return read


@pytest.fixture
def break_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, int], Callable[[], None]]:
    """Make the handlers of one position fail, from now until the call of what this gives."""

    def breaks(topic: str, position: int) -> Callable[[], None]:
        def fail(_event: Any, fact: Any, _rows: Any) -> None:
            if fact.recorded.position == position:
                raise Unfit

        monkeypatch.setitem(handlers, topic, [*handlers[topic], fail])
        return monkeypatch.undo

    return breaks
