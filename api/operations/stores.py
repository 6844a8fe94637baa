"""The three stores, opened: the log, the register and the views."""

import os
import re
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, create_engine, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from api.operations.settings import Settings
from okr_events.backup.restore_targets import PostgresTarget, SQLiteTarget
from okr_events.commands.application import OKRApplication
from okr_events.event_log import constraint_tables
from okr_events.event_log.sqlite import SQLiteLog
from okr_events.register.engine import open_postgres, open_sqlite
from okr_events.register.register import Register
from okr_events.register.tokens import Role
from projections.projector import Projector
from projections.store.tables import schema_digest


@dataclass(slots=True)
class SealCheckState:
    """The head of the log at which this process last looked for closed cycles that wait for their seal; it looks `again` at the
    same head from that time on, in seconds of a clock that never goes back.
    """

    position: int = 0
    retry_at: float = inf


@dataclass(frozen=True, slots=True)
class Stores:
    okrs: OKRApplication
    register: Register
    views: Projector
    settings: Settings
    seal_check: SealCheckState = field(default_factory=SealCheckState)

    @property
    def log(self) -> Any:
        return self.okrs.log_recorder

    def close(self) -> None:
        self.views.engine.dispose()
        self.register.close()
        self.log.close()


class StoreMissing(Exception):
    """A store is missing where others of its kind are: opening it would begin an empty one."""


def open_stores(settings: Settings, *, prepare: bool = True) -> Stores:
    """Open the stores, made when none is there. Nothing is appended to the log.

    Raises `StoreMissing` when there is a register without a log or a log without its register; and, unless `prepare`, when
    there are none.
    """
    folder = settings.data_dir
    _check_stores_exist(settings, prepare=prepare)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    views = f"views-{schema_digest()}"
    if settings.database_url:
        from okr_events.event_log.postgres import PostgresLog  # noqa: PLC0415 - an extra that SQLite does without

        log: Any = PostgresLog(settings.database_url, prepare=prepare)
        register = Register(open_postgres(settings.database_url, "register"))
        engine = open_postgres(settings.views_url or settings.database_url, views.replace("-", "_"))
    else:
        log = SQLiteLog(_create_private_file(folder / "log.sqlite"), prepare=prepare)
        register = Register(open_sqlite(_create_private_file(folder / "register.sqlite"), durable=True))
        engine = open_sqlite(_create_private_file(folder / f"{views}.sqlite"), durable=False)
    okrs = OKRApplication(log, register)
    if prepare:
        log.complete_tree()
        constraint_tables.rebuild_if_outdated(log, okrs.mapper)
        okrs.finish_erasures()
    return Stores(okrs, register, Projector(engine, log, okrs.mapper), settings)


class RestoreTargetNotEmpty(Exception):
    """There is something already where a backup is to be restored."""


def empty_restore_target(settings: Settings) -> SQLiteTarget | PostgresTarget:
    """Where a backup can be restored. Raises `PlaceTaken` when there is a log or a register."""
    if any(_existing_stores(settings)):
        raise RestoreTargetNotEmpty(
            f"There is a log or a register in {_location_text(settings)}: a backup is restored into an empty place only."
        )
    return PostgresTarget(settings.database_url) if settings.database_url else SQLiteTarget(settings.data_dir)


def _check_stores_exist(settings: Settings, *, prepare: bool) -> None:
    log, register = _existing_stores(settings)
    place = _location_text(settings)
    if log and not register:
        raise StoreMissing(f"There is a log without its register in {place}: restore the register, or no words can be read.")
    if register and not log:
        raise StoreMissing(f"There is a register without its log in {place}: restore the log.")
    if not (log or prepare):
        raise StoreMissing(f"There is no log in {place}.")


def _location_text(settings: Settings) -> str:
    return "this database" if settings.database_url else str(settings.data_dir)


def _existing_stores(settings: Settings) -> tuple[bool, bool]:
    """Whether there is a log, and a register."""
    if not settings.database_url:
        names = ("log.sqlite", "register.sqlite")
        log, register = ((settings.data_dir / name).exists() for name in names)
        return log, register
    engine = create_engine(make_url(settings.database_url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with engine.connect() as connection:
        tables = ("log.head", "register.people")
        log, register = (connection.scalar(select(func.to_regclass(name))) is not None for name in tables)
        return log, register


def _create_private_file(path: Path) -> Path:
    """The file, made readable by its owner alone; what SQLite puts beside it gets the same permissions."""
    path.touch(mode=0o600)
    return path


class TokenRevoked(Exception):
    """The admin token was revoked."""

    def __init__(self) -> None:
        super().__init__("The admin token (OKR_ADMIN_TOKEN or data/admin-token) was revoked: set another, or remove the file.")


def ensure_admin_token(stores: Stores, settings: Settings) -> str | None:
    """See to it that an admin token is valid; gives a new one's secret the first time, to be shown once.

    It is the one of the settings, or the one kept in the data folder, readable by its owner alone. Raises `TokenRevoked`.
    """
    kept = settings.data_dir / "admin-token"
    secret = settings.admin_token or (kept.read_text().strip() if kept.exists() else None)
    register = stores.register
    with register.write_transaction() as connection:
        known = register.tokens.find_by_secret(connection, secret) if secret else None
        if known and known.revoked_at:
            raise TokenRevoked
        if known:
            return None
        _, minted = register.tokens.issue(
            connection, person_id=_ensure_administrator(stores, connection), role=Role.ADMIN, secret=secret
        )
    if settings.admin_token:
        return None
    _save_secret(kept, minted)
    return minted


def _ensure_administrator(stores: Stores, connection: Connection) -> UUID:
    """The one person behind the tokens of this installation's own."""
    register = stores.register
    known = register.get_secret(connection, "administrator")
    if known and register.people.exists(UUID(bytes=known)):
        return UUID(bytes=known)
    person = register.people.add(connection, name="Administrator")
    register.set_secret(connection, "administrator", person.id.bytes)
    return person.id


def _save_secret(path: Path, secret: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret + "\n")


def list_other_views(settings: Settings, stores: Stores) -> list[str]:
    """The views that other versions of the tables' shape have in the same place."""
    if stores.log.engine == "sqlite":
        found = [path.stem for path in settings.data_dir.glob("views-*.sqlite")]
    else:
        with stores.views.engine.connect() as connection:
            schemas = connection.scalars(text("SELECT nspname FROM pg_namespace ORDER BY nspname"))
            found = [name for name in schemas if re.fullmatch("views_[0-9a-f]{8}", name)]
    return [name for name in found if schema_digest() not in name]


def remove_views(settings: Settings, stores: Stores, name: str) -> None:
    if stores.log.engine == "sqlite":
        for path in settings.data_dir.glob(f"{name}.sqlite*"):
            path.unlink()
        return
    with stores.views.engine.begin() as connection:
        connection.execute(text(f'DROP SCHEMA "{name}" CASCADE'))
