"""The three stores, opened: the log, the register and the views."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text

from api.settings import Settings
from okr_events.application import OKRs
from okr_events.log.sqlite import SQLiteLog
from okr_events.register.engine import open_postgres, open_sqlite
from okr_events.register.register import Register
from okr_events.register.tokens import Role
from projections.tables import shape
from projections.views import Views


@dataclass(frozen=True, slots=True)
class Stores:
    okrs: OKRs
    register: Register
    views: Views

    @property
    def log(self) -> Any:
        return self.okrs.log_recorder

    def close(self) -> None:
        self.views.engine.dispose()
        self.register.close()
        self.log.close()


def open_stores(settings: Settings) -> Stores:
    """Open the stores, made when missing. Nothing is appended to the log."""
    folder = settings.data_dir
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    views = f"views-{shape()}"
    if settings.database_url:
        from okr_events.log.postgres import PostgresLog  # noqa: PLC0415 - an extra that SQLite does without

        log: Any = PostgresLog(settings.database_url)
        register = Register(open_postgres(settings.database_url, "register"))
        engine = open_postgres(settings.views_url or settings.database_url, views.replace("-", "_"))
    else:
        log = SQLiteLog(_private(folder / "log.sqlite"))
        register = Register(open_sqlite(_private(folder / "register.sqlite"), durable=True))
        engine = open_sqlite(_private(folder / f"{views}.sqlite"), durable=False)
    okrs = OKRs(log, register)
    return Stores(okrs, register, Views(engine, log, okrs.mapper))


def _private(path: Path) -> Path:
    """The file, made readable by its owner alone; what SQLite puts beside it gets the same permissions."""
    path.touch(mode=0o600)
    return path


def ensure_admin(stores: Stores, settings: Settings) -> str | None:
    """See to it that an admin token is valid; gives a new one's secret the first time, to be shown once.

    It is the one of the settings, or the one kept in the data folder, readable by its owner alone.
    """
    kept = settings.data_dir / "admin-token"
    secret = settings.admin_token or (kept.read_text().strip() if kept.exists() else None)
    if secret and stores.register.tokens.holder(secret):
        return None
    with stores.register.changing() as connection:
        person = stores.register.people.add(connection, name="Administrator")
        _, minted = stores.register.tokens.issue(connection, person_id=person.id, role=Role.ADMIN, secret=secret)
    if settings.admin_token:
        return None
    _keep(kept, minted)
    return minted


def _keep(path: Path, secret: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret + "\n")


def remove_other_views(settings: Settings, stores: Stores) -> list[str]:
    """Remove views that other versions of the tables' shape left behind, and name them."""
    present = f"views-{shape()}"
    if stores.log.engine == "sqlite":
        old = [path for path in settings.data_dir.glob("views-*.sqlite*") if not path.name.startswith(present)]
        for path in old:
            path.unlink()
        return [path.name for path in old]
    with stores.views.engine.begin() as connection:
        found = connection.scalars(text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'views\\_%'"))
        old_schemas = [name for name in found if name != present.replace("-", "_")]
        for name in old_schemas:
            connection.execute(text(f'DROP SCHEMA "{name}" CASCADE'))
    return old_schemas
