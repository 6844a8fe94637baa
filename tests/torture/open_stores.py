"""The stores of a separate process, opened by their location: a folder, or the address of a PostgreSQL database."""

from pathlib import Path
from typing import Any

from okr_events.commands.application import OKRApplication
from okr_events.event_log.sqlite import SQLiteLog
from okr_events.register.engine import open_postgres, open_sqlite
from okr_events.register.register import Register
from projections.projector import Projector


def place_of(store: Any) -> str:
    """Return the location of a store for another process."""
    if store.engine == "sqlite":
        return str(store.folder)
    url: str = store.register.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return url


def open_okrs(place: str, kind: type[OKRApplication] = OKRApplication) -> OKRApplication:
    if not place.startswith("postgresql"):
        folder = Path(place)
        return kind(SQLiteLog(folder / "log.sqlite"), Register(open_sqlite(folder / "register.sqlite", durable=True)))
    from okr_events.event_log.postgres import PostgresLog  # noqa: PLC0415 - needs the extra `postgres`

    return kind(PostgresLog(place), Register(open_postgres(place, "register")))


def open_views(place: str, okrs: OKRApplication, name: str, **how: Any) -> Projector:
    in_postgres = place.startswith("postgresql")
    engine = open_postgres(place, name) if in_postgres else open_sqlite(Path(place) / f"{name}.sqlite", durable=False)
    return Projector(engine, okrs.log_recorder, okrs.mapper, **how)
