"""The three stores (log, register and views): opening them, and views of other versions."""

import re
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, create_engine, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from api.operations.kept_answers import KeptAnswers
from api.operations.settings import Settings
from okr_events.backup.restore_targets import PostgresTarget, SQLiteTarget
from okr_events.commands.application import OKRApplication
from okr_events.event_log import constraint_tables
from okr_events.event_log.recorder import LogRecorder
from okr_events.event_log.sqlite import SQLiteLog
from okr_events.register.engine import check_writable, open_postgres, open_sqlite
from okr_events.register.register import Register
from projections.projector import Projector
from projections.store.tables import schema_digest
from projections.store.views_place import PostgresViews, SQLiteViews, ViewsPlace


@dataclass(frozen=True, slots=True)
class Stores:
    okrs: OKRApplication
    register: Register
    views: Projector
    settings: Settings
    answers: KeptAnswers = field(default_factory=KeptAnswers)

    @property
    def log(self) -> LogRecorder:
        return self.okrs.log_recorder

    def check_writable(self) -> None:
        """Check that all three stores take writes, without writing. Raises `StoreReadOnly`, after all of them were checked."""
        with ExitStack() as checks:
            for engine in (self.register.engine, self.views.engine):
                checks.callback(check_writable, engine)
            self.log.check_writable()

    def close(self) -> None:
        self.views.engine.dispose()
        self.register.close()
        self.log.close()


class StoreMissing(Exception):
    """A store is missing; opening it would create an empty one beside the others."""


def open_stores(settings: Settings, *, prepare: bool = True, create: bool = True) -> Stores:
    """Open the stores, unless `prepare` is not set, with what this version adds to them. Appends nothing to the log.

    Raises `StoreMissing` if only one of log and register exists, or if none does and `create` is not set. A log without events
    needs no register: the disk became full, or the process ended, between the two.
    """
    _check_stores_exist(settings, create=create and prepare)
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with ExitStack() as opened:
        log = _open_log(settings, prepare=prepare)
        opened.callback(log.close)
        register = Register(_open_register_engine(settings))
        opened.callback(register.close)
        okrs = OKRApplication(log, register)
        if prepare:
            log.complete_tree()
            constraint_tables.rebuild_if_outdated(log, okrs.mapper)
            okrs.finish_erasures()
        place = _views_place(settings)
        stores = Stores(okrs, register, Projector(place.engine, log, okrs.mapper, place=place), settings)
        opened.pop_all()
    return stores


def _open_log(settings: Settings, *, prepare: bool) -> LogRecorder:
    if not settings.database_url:
        return SQLiteLog(_create_private_file(settings.data_dir / "log.sqlite"), prepare=prepare)
    from okr_events.event_log.postgres import PostgresLog  # noqa: PLC0415 - optional dependency

    return PostgresLog(settings.database_url, prepare=prepare)


def _open_register_engine(settings: Settings) -> Engine:
    if settings.database_url:
        return open_postgres(settings.database_url, "register")
    return open_sqlite(_create_private_file(settings.data_dir / "register.sqlite"), durable=True)


def _views_place(settings: Settings) -> ViewsPlace:
    """The place of the views, which are opened when they are first needed."""
    if settings.database_url:
        return PostgresViews(settings.views_url or settings.database_url)
    return SQLiteViews(settings.data_dir)


class RestoreTargetNotEmpty(Exception):
    """The target of a restore already has a log or register."""


def empty_restore_target(settings: Settings) -> SQLiteTarget | PostgresTarget:
    """Return the target of a restore. Raises `RestoreTargetNotEmpty`."""
    if any(_existing_stores(settings)):
        raise RestoreTargetNotEmpty(f"{_location(settings)} already has a log or register. Restore into an empty place.")
    return PostgresTarget(settings.database_url) if settings.database_url else SQLiteTarget(settings.data_dir)


def _check_stores_exist(settings: Settings, *, create: bool) -> None:
    log, register = _existing_stores(settings)
    location = _location(settings)
    if log and not register and not (create and _has_no_events(settings)):
        raise StoreMissing(f"{location} has a log but no register. Restore the register: without it no text can be read.")
    if register and not log:
        raise StoreMissing(f"{location} has a register but no log. Restore the log.")
    if not (log or create):
        where = "OKR_DATA_DIR and OKR_DATABASE_URL say where a log is; `okr serve` and `okr import` create one."
        raise StoreMissing(f"{location} has no log. {where}")


def _has_no_events(settings: Settings) -> bool:
    with closing(_open_log(settings, prepare=True)) as log:
        return log.head().position == 0


def _location(settings: Settings) -> str:
    return "The database" if settings.database_url else str(settings.data_dir)


def _existing_stores(settings: Settings) -> tuple[bool, bool]:
    """Return whether there is a log, and whether there is a register."""
    if not settings.database_url:
        files = (settings.data_dir / name for name in ("log.sqlite", "register.sqlite"))
        log, register = (file.exists() and file.stat().st_size > 0 for file in files)
        return log, register
    engine = create_engine(make_url(settings.database_url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with engine.connect() as connection:
        tables = ("log.head", "register.people")
        log, register = (connection.scalar(select(func.to_regclass(name))) is not None for name in tables)
        return log, register


def _create_private_file(path: Path) -> Path:
    """Create a missing file that only its owner can read; SQLite's files beside it get the same permissions."""
    if not path.exists():
        path.touch(mode=0o600)
    return path


def list_other_views(settings: Settings, stores: Stores) -> list[str]:
    """Return the names of views that belong to other versions of the tables."""
    if stores.log.engine == "sqlite":
        names = [path.stem for path in settings.data_dir.glob("views-*.sqlite")]
    else:
        with stores.views.connect() as connection:
            schemas = connection.scalars(text("SELECT nspname FROM pg_namespace ORDER BY nspname"))
            names = [name for name in schemas if re.fullmatch("views_[0-9a-f]{8}", name)]
    return [name for name in names if schema_digest() not in name]


def remove_views(settings: Settings, stores: Stores, name: str) -> None:
    if stores.log.engine == "sqlite":
        for path in settings.data_dir.glob(f"{name}.sqlite*"):
            path.unlink()
        return
    with stores.views.engine.begin() as connection:
        connection.execute(text(f'DROP SCHEMA "{name}" CASCADE'))
