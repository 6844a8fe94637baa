"""Targets of a restore, one per engine: each writes log and register completely or not at all."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from sqlalchemy import Connection, text

from okr_events.event_log.constraints import RunStatement
from okr_events.event_log.recorder import LogRecorder
from okr_events.event_log.sqlite import SQLiteLog
from okr_events.register import tables
from okr_events.register.engine import open_postgres, open_sqlite
from okr_events.register.register import statement_runner

STORES = ("register.sqlite", "log.sqlite")
SET_SCHEMA = "SET LOCAL search_path = {}"


@dataclass(frozen=True, slots=True)
class RestoreStores:
    """An empty log and register in transactions that commit together. Write the log, call `switch_schema`, then write the
    register.
    """

    log_recorder: LogRecorder
    log: RunStatement
    register: Connection
    switch_schema: Callable[[], object] = bool


class SQLiteTarget:
    """A folder. Both files are written in a temporary subfolder and moved when complete."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def open_transaction(self) -> Iterator[RestoreStores]:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = Path(mkdtemp(dir=self.folder, prefix=".restoring-"))
        try:
            with self._create_stores(temporary) as stores:
                yield stores
            for name in STORES:
                (temporary / name).rename(self.folder / name)
        finally:
            rmtree(temporary)

    @contextmanager
    def _create_stores(self, folder: Path) -> Iterator[RestoreStores]:
        for name in STORES:
            (folder / name).touch(mode=0o600)
        engine = open_sqlite(folder / "register.sqlite", durable=True)
        try:
            tables.create_tables(engine)
            writing = engine.connect().execution_options(write=True)
            with closing(SQLiteLog(folder / "log.sqlite")) as log, log.append_transaction() as run, writing as connection:
                yield RestoreStores(log, run, connection)
                connection.commit()
        finally:
            engine.dispose()


class PostgresTarget:
    """A database without our tables, written in one transaction."""

    def __init__(self, url: str) -> None:
        self.url = url

    @contextmanager
    def open_transaction(self) -> Iterator[RestoreStores]:
        from okr_events.event_log.postgres import TABLES, TRIGGERS, PostgresLog  # noqa: PLC0415 - an extra that SQLite does without

        engine = open_postgres(self.url, "register")
        try:
            with closing(PostgresLog(self.url, prepare=False)) as log, engine.begin() as connection:
                tables.create_missing_tables(connection)
                for statement in (*TABLES, *TRIGGERS, SET_SCHEMA.format("log")):
                    connection.exec_driver_sql(statement)
                switch_schema = partial(connection.exec_driver_sql, SET_SCHEMA.format("register"))
                yield RestoreStores(log, statement_runner(connection), connection, switch_schema)
                _set_sequences(connection)
        finally:
            engine.dispose()


def _set_sequences(connection: Connection) -> None:
    """Continue generated numbers after the restored ones."""
    for table in tables.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            params = {"table": table.name, "column": column.name}
            next_number = f"SELECT COALESCE(MAX({column.name}), 0) + 1 FROM {table.name}"  # noqa: S608 - own names
            sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), params)
            if sequence:
                connection.execute(text(f"SELECT setval(:sequence, ({next_number}), false)"), {"sequence": sequence})
