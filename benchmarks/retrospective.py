"""Retrospectives: that of a company of 1,000 units, 10,000 objectives, 40,000 key results and 520,000 check-ins, and the most
memory of a process that makes it.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from api.operations.settings import from_environment
from api.operations.stores import Stores, open_stores
from api.representations.report_request import asked_of
from benchmarks import weeks
from benchmarks.append import postgres
from benchmarks.quarter import NAME
from benchmarks.ratios import Figure, durations
from projections import moment
from projections.reports.report_types import KINDS
from projections.store import lookups

SLOWER, GIBIBYTE = 8.0, 2**20
"""The second in kibibytes."""
CHUNK, FOREVER = 5_000, 36_000.0
ROUNDS = 3
TABLES = (
    *("units", "cycles", "objectives", "key_results", "standings", "alignments", "check_ins", "contributors"),
    *("initiatives", "blockers", "reviews", "decisions", "comments"),
)


def on_sqlite() -> Iterator[Figure]:
    with TemporaryDirectory() as folder:
        yield from _figures("SQLite", {"OKR_DATA_DIR": folder})


def on_postgres() -> Iterator[Figure]:
    with postgres() as url, TemporaryDirectory() as folder:
        yield from _figures("PostgreSQL", {"OKR_DATA_DIR": folder, "OKR_DATABASE_URL": url})


def _figures(engine: str, place: dict[str, str]) -> Iterator[Figure]:
    os.environ.update(place)
    with closing(open_stores(from_environment())) as stores:
        weeks.record(stores.okrs)
        stores.views.chunk = CHUNK
        stores.views.catch_up(FOREVER)
        yield from measured(engine, stores)


def measured(engine: str, stores: Stores) -> Iterator[Figure]:
    """The figures of stores whose quarter was recorded."""
    ratios = durations(lambda: told(stores), lambda: _same_rows(stores), rounds=ROUNDS)
    yield Figure(f"the retrospective of 40,000 key results, against SQL: {engine}", ratios, most=SLOWER)
    peaks = [_peak() / GIBIBYTE for _ in range(ROUNDS)]
    yield Figure(f"memory of a process that makes it, over 1 GiB: {engine}", peaks, most=1.0)


def told(stores: Stores) -> bytes:
    """The company's retrospective as JSON."""
    head, kind = stores.views.catch_up(FOREVER), KINDS["retrospective"]
    now = moment.parse(None, None, log=stores.log, head=head, zone=stores.okrs.time_zone())
    with stores.views.reading() as connection:
        cycle = lookups.cycle_named(connection, NAME, now.position)
        asked = asked_of(stores, connection, now, kind=kind, cycle=cycle, unit=None, since=None)
        return orjson.dumps(kind.make(asked, lambda: None))


def _same_rows(stores: Stores) -> int:
    """Fetch the rows that it rests on as tuples, by plain SQL and the driver's own cursor, and count them."""
    position = stores.log.head().position
    with stores.views.reading() as connection, closing(connection.connection.cursor()) as cursor:
        count = 0
        for table in TABLES:
            there = f"from_position <= {position} AND to_position > {position}"
            cursor.execute(f"SELECT * FROM {table} WHERE {there}")  # noqa: S608 - a table of ours and a number
            count += len(cursor.fetchall())
    return count


def _peak() -> int:
    """The most memory, in kibibytes, that a process held which opened the stores and made it."""
    done = subprocess.run([sys.executable, "-m", __name__], capture_output=True, text=True, check=True)  # noqa: S603
    return int(done.stdout)


def _made_alone() -> None:
    with closing(open_stores(from_environment(), prepare=False)) as stores:
        told(stores)
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    print(next(line.split()[1] for line in lines if line.startswith("VmHWM")))


if __name__ == "__main__":
    _made_alone()
