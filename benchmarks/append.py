"""Append benchmarks: load a key result with about 13 check-ins, check in, append; against the plain library."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder
from eventsourcing.sqlite import SQLiteApplicationRecorder
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Engine

from benchmarks.ratios import Figure, throughput_ratios
from benchmarks.scale import Scale
from benchmarks.servers import run_postgres
from benchmarks.stock import PlainOKRs
from okr_events.commands.application import OKRApplication
from okr_events.commands.intent import Intent
from okr_events.domain.values import Level
from okr_events.event_log.idempotency import CommandResult
from okr_events.event_log.postgres import PostgresLog
from okr_events.event_log.sqlite import SQLiteLog
from okr_events.json_types import JsonObject
from okr_events.register.engine import open_postgres, open_sqlite
from okr_events.register.register import Register

KEY_RESULTS = 10
PRIOR_CHECK_INS = 8
VALUE, CONFIDENCE = Decimal("41.5"), Decimal("0.7")
NOTE = "Two more customers moved over; the importer still needs a hand with their old quarters."
SQLITE_MINIMUM, POSTGRES_MINIMUM = 0.6, 0.9
SYNCHRONOUS_FULL = 2

Define = Callable[[], UUID]
CheckIn = Callable[[UUID, JsonObject], object]
OpenViews = Callable[[str], Engine]
Fill = Callable[[UUID, list[JsonObject]], object]


def measure_sqlite(scale: Scale) -> Iterator[Figure]:
    with TemporaryDirectory() as folder, sqlite_application() as (okrs, _):
        env = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(Path(folder) / "plain.sqlite")}
        with PlainOKRs(env) as plain:
            _check_durable(okrs.recorder)
            _check_durable(plain.recorder)
            yield from _measure("SQLite", okrs, plain, target=SQLITE_MINIMUM, scale=scale)


def measure_postgres(scale: Scale) -> Iterator[Figure]:
    with run_postgres() as database:
        parts = conninfo_to_dict(database.url)
        names = ("dbname", "host", "port", "user", "password")
        env = {f"POSTGRES_{name.upper()}": str(parts.get(name) or "") for name in names}
        env["PERSISTENCE_MODULE"] = "eventsourcing.postgres"
        log, register = PostgresLog(database.url), Register(open_postgres(database.url, "register"))
        with closing(log), closing(register), PlainOKRs(env) as plain:
            yield from _measure("PostgreSQL", OKRApplication(log, register), plain, target=POSTGRES_MINIMUM, scale=scale)


@contextmanager
def sqlite_application() -> Iterator[tuple[OKRApplication, OpenViews]]:
    """Open an application on SQLite; yield it with a function that opens views by name."""
    with TemporaryDirectory() as folder:
        path = Path(folder)
        register = Register(open_sqlite(path / "register.sqlite", durable=True))
        with closing(SQLiteLog(path / "log.sqlite")) as log, closing(register):
            yield OKRApplication(log, register), lambda name: open_sqlite(path / f"{name}.sqlite", durable=False)


@contextmanager
def postgres_application() -> Iterator[tuple[OKRApplication, OpenViews]]:
    with run_postgres() as database, ExitStack() as stack:
        log = stack.enter_context(closing(PostgresLog(database.url)))
        register = stack.enter_context(closing(Register(open_postgres(database.url, "register"))))
        yield OKRApplication(log, register), partial(open_postgres, database.url)


def _measure(engine: str, okrs: OKRApplication, plain: PlainOKRs, *, target: float, scale: Scale) -> Iterator[Figure]:
    intent, define = _record_organisation(okrs)

    def check_in(id: UUID, fields: JsonObject) -> object:
        return okrs.check_in(intent, id, **fields)

    def fill(id: UUID, check_ins: list[JsonObject]) -> object:
        return okrs.check_in_batch(intent, [{"key_result_id": id, **fields} for fields in check_ins])

    for name, fields, minimum in (
        (f"load, check in, append: {engine}", {}, target),
        (f"load, check in with a note, append: {engine}", {"note": NOTE}, None),
    ):
        stated = {"value": VALUE, "confidence": CONFIDENCE, **fields}
        ours = _prepare_rounds(define, fill, check_in, stated)
        baseline = _prepare_rounds(lambda: plain.define("Launch"), plain.check_in_batch, plain.check_in, stated)
        yield Figure(name, throughput_ratios(ours, baseline, rounds=scale.append_rounds), minimum)


def _prepare_rounds(define: Define, fill: Fill, check_in: CheckIn, fields: JsonObject) -> Callable[[], Callable[[], None]]:
    """Return the setup of a round: ten new streams of 8 check-ins, with one more per turn, so 9 to 18 events are loaded."""

    def prepare() -> Callable[[], None]:
        ids = [define() for _ in range(KEY_RESULTS)]
        for id in ids:
            fill(id, [fields] * PRIOR_CHECK_INS)

        def turn() -> None:
            for id in ids:
                check_in(id, fields)

        return turn

    return prepare


def _record_organisation(okrs: OKRApplication) -> tuple[Intent, Define]:
    """Record a company with an objective; return the intent of its actor and a function that defines a key result."""
    with okrs.register.write_transaction() as connection:
        ada = okrs.register.people.add(connection, name="Ada", email=None)
    intent = Intent(ada.id)
    company = _answer_id(okrs.create_unit(intent, level=Level.COMPANY, name="Ada's"))
    cycle = _answer_id(okrs.create_cycle(intent, name="2026", starts_on=date(2026, 1, 1), ends_on=date(2099, 12, 31)))
    objective = _answer_id(okrs.create_objective(intent, cycle_id=cycle, unit_id=company, title="Grow", owner=ada.id))
    metric = {"kind": "increase", "baseline": "0", "target": "100"}

    def define() -> UUID:
        return _answer_id(okrs.define_key_result(intent, objective, title="Launch", metric=metric))

    return intent, define


def _answer_id(answer: CommandResult) -> UUID:
    return cast("UUID", answer.id)


def _check_durable(recorder: ApplicationRecorder) -> None:
    """Check that a recorder waits for the disk on every commit, for a fair comparison."""
    if not isinstance(recorder, SQLiteApplicationRecorder):
        raise TypeError(recorder)
    with recorder.datastore.get_connection(commit=True) as connection:
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous")
        if cursor.fetchone()[0] != SYNCHRONOUS_FULL:
            raise RuntimeError("synchronous is not FULL")
