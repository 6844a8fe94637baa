"""The place of the views: a file or a schema, created when it is first needed; what is unreadable or evidence is kept aside."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DatabaseError, InternalError, ProgrammingError

from okr_events.event_log.sqlite import LOCKED, UNWRITABLE, says
from okr_events.register.engine import create_schema, open_sqlite, postgres_engine
from projections.store.tables import metadata, schema_digest

SIDE_FILES = ("", "-wal", "-shm")


class ViewsPlace(Protocol):
    """Where the views of this version are."""

    engine: Engine
    name: str

    def exists(self) -> bool: ...

    def create(self) -> None:
        """Create the place if it is missing."""

    def is_unreadable(self, error: DatabaseError) -> bool:
        """Return whether the error means that the stored views cannot be used."""

    def exclusive(self) -> AbstractContextManager[None]:
        """Hold off other processes that create or move the place."""

    def move_aside(self) -> str:
        """Rename the place and return its new name."""

    def copy_aside(self) -> str:
        """Copy the views, which others go on using, and return the name of the copy."""


class SQLiteViews:
    """The views in a file of the data folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / f"views-{schema_digest()}.sqlite"
        self.name = str(self.path)
        self.engine = open_sqlite(self.path, durable=False)

    def exists(self) -> bool:
        return self.path.exists()

    def create(self) -> None:
        """Create the file, readable by its owner alone; SQLite's files beside it get the same permissions."""
        if not self.path.exists():
            self.path.touch(mode=0o600)

    def is_unreadable(self, error: DatabaseError) -> bool:
        return self.path.is_dir() or not says(error.orig, LOCKED + UNWRITABLE)

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    def move_aside(self) -> str:
        self.engine.dispose()
        aside = self._path_aside()
        for suffix in SIDE_FILES:
            file = self.path.with_name(self.path.name + suffix)
            if file.exists():
                file.rename(aside.with_name(aside.name + suffix))
        return str(aside)

    def copy_aside(self) -> str:
        aside = self._path_aside()
        aside.touch(mode=0o600)
        with closing(sqlite3.connect(self.path)) as source, closing(sqlite3.connect(aside)) as target:
            source.backup(target)
        return str(aside)

    def _path_aside(self) -> Path:
        return self.path.with_stem(_name_aside(self.path.stem, "-"))


class PostgresViews:
    """The views in a schema."""

    def __init__(self, url: str) -> None:
        self.name = self.schema = f"views_{schema_digest()}"
        self.engine = postgres_engine(url, self.schema)

    def exists(self) -> bool:
        with self.engine.connect() as connection:
            return connection.scalar(select(func.to_regclass(f"{self.schema}.tracking"))) is not None

    def create(self) -> None:
        create_schema(self.engine, self.schema)

    def is_unreadable(self, error: DatabaseError) -> bool:
        return isinstance(error, ProgrammingError | InternalError)

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        with self.engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:schema || ' aside'))"), {"schema": self.schema})
            yield

    def move_aside(self) -> str:
        aside = _name_aside(self.schema, "_")
        with self.engine.begin() as connection:
            connection.execute(text(f'ALTER SCHEMA "{self.schema}" RENAME TO "{aside}"'))
        return aside

    def copy_aside(self) -> str:
        aside = _name_aside(self.schema, "_")
        with self.engine.begin() as connection:
            connection.execute(text(f'CREATE SCHEMA "{aside}"'))
            for table in metadata.sorted_tables:
                connection.execute(text(f'CREATE TABLE "{aside}"."{table.name}" AS TABLE "{table.name}"'))
        return aside


def _name_aside(name: str, separator: str) -> str:
    moment = datetime.now(UTC).strftime("%Y%m%dt%H%M%S%f")
    return separator.join((name, "aside", moment))
