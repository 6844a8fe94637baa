"""A teller of facts and views of what it tells, on each engine."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import DDL, Engine, Table, select

from okr_events.commands.application import OKRApplication
from okr_events.commands.intent import Intent
from okr_events.register.engine import open_postgres, open_sqlite
from projections.projector import Projector
from projections.store.row_buffer import handlers
from tests.projections.browser import chromium  # noqa: F401 - a fixture
from tests.projections.event_recorder import FIRST_DAY, EventRecorder, id_of
from tests.projections.view_reader import ViewReader, all_rows


class HandlerFailed(Exception):
    """No handler can take this in."""


@pytest.fixture
def recorder(okrs: OKRApplication, intent: Intent) -> EventRecorder:
    return EventRecorder(okrs, intent)


@pytest.fixture
def record(recorder: EventRecorder) -> EventRecorder:
    """A recorder that has recorded the company `tech` and the cycle `quarter`."""
    recorder.unit("tech")
    recorder.cycle()
    return recorder


@pytest.fixture
def sample_history(record: EventRecorder) -> EventRecorder:
    """A bit of everything, and many changes to few things."""
    record.unit("team", below="tech")
    record("Unit.Renamed", "team", name="Products")
    record("Cycle.Activated", "quarter")
    for name in ("lead", "build"):
        record.objective(name)
        record.key_result(f"{name} it", of=name)
    record.link("build", "lead")
    record.conversation("lead", "objective")
    record.comment("lead", "a remark")
    record.answer("lead", "an answer", to="a remark")
    for week in range(8):
        record.at_day(FIRST_DAY + timedelta(weeks=week))
        for name in ("lead it", "build it"):
            record.check_in(name, f"{name} in week {week}", value=week, confidence="0.5", status="on_track")
        record.correct("lead it", f"lead it in week {week}", value=week + 1, reason="A slip")
        record("KeyResult.Reweighted", "build it", weight=Decimal(week), reason="It matters")
    record.retract("build it", "build it in week 7")
    record("KeyResult.Cancelled", "build it")
    record("Alignment.Ended", "build>lead")
    record("Objective.Cancelled", "build")
    return record


@pytest.fixture
def open_views(store: Any, okrs: OKRApplication) -> Iterator[Callable[..., Projector]]:
    """Open empty views by a name of their own, over the store's log or another."""
    opened: list[Projector] = []

    def open_projector(name: str = "views", log: Any = None, **how: Any) -> Projector:
        opened.append(Projector(_open_empty_engine(store, name), log or store.log, okrs.mapper, **how))
        return opened[-1]

    yield open_projector
    for views in opened:
        views.engine.dispose()


def _open_empty_engine(store: Any, name: str) -> Engine:
    if store.engine == "sqlite":
        return open_sqlite(store.folder / f"{name}.sqlite", durable=False)
    with store.register.engine.begin() as connection:
        connection.execute(DDL(f"DROP SCHEMA IF EXISTS {name} CASCADE"))
    return open_postgres(store.register.engine.url.set(drivername="postgresql").render_as_string(hide_password=False), name)


@pytest.fixture
def views(open_views: Callable[..., Projector]) -> Projector:
    return open_views()


@pytest.fixture
def reader(views: Projector) -> ViewReader:
    return ViewReader(views)


@pytest.fixture
def rows(views: Projector) -> Callable[..., list[dict[str, Any]]]:
    """A table's rows about one thing, the oldest version first, without id and place in the log."""

    def found(table: Table, name: str) -> list[dict[str, Any]]:
        views.catch_up(60)
        query = select(table).where(table.c.id == str(id_of(name))).order_by(table.c.from_position)
        with views.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    return found


@pytest.fixture
def read_all_rows() -> Callable[[Projector], dict[str, list[str]]]:
    def read(views: Projector) -> dict[str, list[str]]:
        with views.connect() as connection:
            return all_rows(connection)

    return read


@pytest.fixture
def fail_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, int], Callable[[], None]]:
    """Make the handlers of one position fail, from now until the call of what this gives."""

    def breaks(topic: str, position: int) -> Callable[[], None]:
        def fail(_event: Any, fact: Any, _rows: Any) -> None:
            if fact.recorded.position == position:
                raise HandlerFailed

        monkeypatch.setitem(handlers, topic, [*handlers[topic], fail])
        return monkeypatch.undo

    return breaks
