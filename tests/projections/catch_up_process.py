"""A process of its own that brings views to the log's head: `python -m tests.projections.catch_up_process PLACE NAME`."""

import sys
from pathlib import Path

from okr_events.commands.application import OKRApplication
from okr_events.event_log.sqlite import SQLiteLog
from okr_events.register.engine import open_postgres, open_sqlite
from okr_events.register.register import Register
from projections.projector import Projector


def main(place: str, name: str) -> None:
    if place.startswith("postgresql"):
        from okr_events.event_log.postgres import PostgresLog  # noqa: PLC0415 - needs the extra `postgres`

        okrs = OKRApplication(PostgresLog(place), Register(open_postgres(place, "register")))
        engine = open_postgres(place, name)
    else:
        folder = Path(place)
        okrs = OKRApplication(SQLiteLog(folder / "log.sqlite"), Register(open_sqlite(folder / "register.sqlite", durable=True)))
        engine = open_sqlite(folder / f"{name}.sqlite", durable=False)
    Projector(engine, okrs.log_recorder, okrs.mapper).catch_up(60)


if __name__ == "__main__":
    main(*sys.argv[1:])
