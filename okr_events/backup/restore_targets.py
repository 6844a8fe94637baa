"""Empty places to restore into, one per engine: whatever is written there stands whole in the end, or not at all."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from sqlalchemy import Connection, text

from okr_events.event_log.constraints import Run
from okr_events.event_log.recorder import Recording
from okr_events.event_log.sqlite import SQLiteLog
from okr_events.register import tables
from okr_events.register.engine import open_postgres, open_sqlite
from okr_events.register.register import runner

STORES = ("register.sqlite", "log.sqlite")
SCHEMA = "SET LOCAL search_path = {}"


@dataclass(frozen=True, slots=True)
class Writable:
    """A log and a register without a row, in transactions that are committed together: the log first, then `turn`, then the
    register.
    """

    recording: Recording
    log: Run
    register: Connection
    turn: Callable[[], object] = bool


class SQLitePlace:
    """A folder: both files are written in a folder inside, and take their places when they are whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def writing(self) -> Iterator[Writable]:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = Path(mkdtemp(dir=self.folder, prefix=".restoring-"))
        try:
            with self._stores(beside) as writable:
                yield writable
            for name in STORES:
                (beside / name).rename(self.folder / name)
        finally:
            rmtree(beside)

    @contextmanager
    def _stores(self, folder: Path) -> Iterator[Writable]:
        for name in STORES:
            (folder / name).touch(mode=0o600)
        engine = open_sqlite(folder / "register.sqlite", durable=True)
        try:
            tables.create(engine)
            writing = engine.connect().execution_options(write=True)
            with closing(SQLiteLog(folder / "log.sqlite")) as log, log.appending() as run, writing as connection:
                yield Writable(log, run, connection)
                connection.commit()
        finally:
            engine.dispose()


class PostgresPlace:
    """A database without our tables: all is done in one transaction."""

    def __init__(self, url: str) -> None:
        self.url = url

    @contextmanager
    def writing(self) -> Iterator[Writable]:
        from okr_events.event_log.postgres import TABLES, TRIGGERS, PostgresLog  # noqa: PLC0415 - an extra that SQLite does without

        engine = open_postgres(self.url, "register")
        try:
            with closing(PostgresLog(self.url, prepare=False)) as log, engine.begin() as connection:
                tables.make(connection)
                for statement in (*TABLES, *TRIGGERS, SCHEMA.format("log")):
                    connection.exec_driver_sql(statement)
                turn = partial(connection.exec_driver_sql, SCHEMA.format("register"))
                yield Writable(log, runner(connection), connection, turn)
                _set_sequences(connection)
        finally:
            engine.dispose()


def _set_sequences(connection: Connection) -> None:
    """Numbers that the database gives go on after those that were restored."""
    for table in tables.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            named = {"table": table.name, "column": column.name}
            newest = f"SELECT COALESCE(MAX({column.name}), 0) + 1 FROM {table.name}"  # noqa: S608 - our own names
            sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), named)
            if sequence:
                connection.execute(text(f"SELECT setval(:sequence, ({newest}), false)"), {"sequence": sequence})
