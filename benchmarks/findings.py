"""Findings: all of them and the scores, in organisations of 1,000 and 10,000 objectives in which much is amiss."""

import json
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, Engine

from benchmarks import misaligned
from benchmarks.append import postgres
from benchmarks.ratios import Figure, durations
from okr_events.application import OKRs
from okr_events.log.postgres import PostgresLog
from okr_events.log.sqlite import SQLiteLog
from okr_events.register.engine import open_postgres, open_sqlite
from okr_events.register.register import Register
from projections import moment
from projections.findings.report import Asked, Report
from projections.views import Views

PLAIN = 8.0
FOREVER = 3_600.0
ROUNDS = 5
SIZES = (1_000, 10_000)
TABLES = ("units", "objectives", "key_results", "standings", "alignments")


def on_sqlite() -> Iterator[Figure]:
    for objectives in SIZES:
        with TemporaryDirectory() as folder:
            path = Path(folder)
            register = Register(open_sqlite(path / "register.sqlite", durable=True))
            with closing(SQLiteLog(path / "log.sqlite")) as log, closing(register):
                views = open_sqlite(path / "views.sqlite", durable=False)
                yield _figure("SQLite", OKRs(log, register), views, objectives)


def on_postgres() -> Iterator[Figure]:
    for objectives in SIZES:
        with postgres() as url, closing(PostgresLog(url)) as log, closing(Register(open_postgres(url, "register"))) as register:
            yield _figure("PostgreSQL", OKRs(log, register), open_postgres(url, "views"), objectives)


def _figure(name: str, okrs: OKRs, engine: Engine, objectives: int) -> Figure:
    cycle_id = misaligned.record(okrs, objectives=objectives)
    views = Views(engine, okrs.log_recorder, okrs.mapper)
    views.catch_up(FOREVER)
    ratios = durations(partial(_findings, okrs, views, cycle_id), partial(_same_rows, okrs, views), rounds=ROUNDS)
    engine.dispose()
    return Figure(f"findings of {objectives:,} objectives, against SQL and json: {name}", ratios, most=PLAIN)


def _findings(okrs: OKRs, views: Views, cycle_id: UUID) -> bytes:
    head = views.catch_up()
    now = moment.parse(None, None, log=okrs.log_recorder, head=head, zone=okrs.time_zone())
    with views.reading() as connection:
        report = Report(connection, now, Asked(str(cycle_id)))
        return orjson.dumps(report.as_dict(since=None, after=0, limit=len(report.items)))


def _same_rows(okrs: OKRs, views: Views) -> str:
    with views.reading() as connection:
        return json.dumps({table: _rows(connection, table, okrs.log_recorder.head().position) for table in TABLES})


def _rows(connection: Connection, table: str, position: int) -> list[dict[str, Any]]:
    """The rows that the findings rest on, by plain SQL."""
    result = connection.exec_driver_sql(f"SELECT * FROM {table} WHERE to_position > {position}")  # noqa: S608
    names = list(result.keys())
    return [dict(zip(names, row, strict=True)) for row in result.cursor.fetchall()]
