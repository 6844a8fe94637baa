"""The retrospective of units with 10 objectives, 40 key results and 520 check-ins each: time and peak memory."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from api.operations.settings import load_settings
from api.operations.stores import Stores, open_stores
from api.representations.report_request import build_report_context
from benchmarks import quarter, weeks
from benchmarks.quarter import CYCLE_NAME
from benchmarks.ratios import Figure, duration_ratios
from benchmarks.scale import Scale
from benchmarks.servers import run_postgres
from projections import moment
from projections.reports.report_types import REPORT_TYPES
from projections.store import lookups

RETROSPECTIVE_LIMIT, MEMORY_LIMIT = 8.0, 1.0
KIBIBYTES_PER_GIB = 2**20
KEY_RESULTS_PER_UNIT = quarter.PER_UNIT * quarter.KEY_RESULTS
CHUNK, CATCH_UP_SECONDS = 5_000, 36_000.0
ROUNDS = 3
TABLES = (
    *("units", "cycles", "objectives", "key_results", "standings", "alignments", "check_ins", "contributors"),
    *("initiatives", "blockers", "reviews", "decisions", "comments"),
)


def measure_sqlite(scale: Scale) -> Iterator[Figure]:
    with TemporaryDirectory() as folder:
        yield from _measure("SQLite", {"OKR_DATA_DIR": folder}, scale)


def measure_postgres(scale: Scale) -> Iterator[Figure]:
    with run_postgres() as database, TemporaryDirectory() as folder:
        yield from _measure("PostgreSQL", {"OKR_DATA_DIR": folder, "OKR_DATABASE_URL": database.url}, scale)


def _measure(engine: str, env: dict[str, str], scale: Scale) -> Iterator[Figure]:
    os.environ.update(env)
    with closing(open_stores(load_settings())) as stores:
        weeks.record(stores.okrs, units=scale.units)
        stores.views.chunk = CHUNK
        stores.views.catch_up(CATCH_UP_SECONDS)
        ratios = duration_ratios(lambda: build_retrospective(stores), lambda: _fetch_baseline_rows(stores), rounds=ROUNDS)
        size = f"{scale.units * KEY_RESULTS_PER_UNIT:,} key results"
        yield Figure(f"the retrospective of {size}, against SQL: {engine}", ratios, maximum=RETROSPECTIVE_LIMIT)
        peaks = [_peak_memory() / KIBIBYTES_PER_GIB for _ in range(ROUNDS)]
        yield Figure(f"memory of a process that makes it, in GiB: {engine}", peaks, maximum=MEMORY_LIMIT)


def build_retrospective(stores: Stores) -> bytes:
    """Build the company's retrospective as JSON."""
    head, kind = stores.views.catch_up(CATCH_UP_SECONDS), REPORT_TYPES["retrospective"]
    now = moment.parse(None, None, log=stores.log, head=head, zone=stores.okrs.time_zone())
    with stores.views.connect() as connection:
        cycle = lookups.find_cycle(connection, CYCLE_NAME, now.position)
        context = build_report_context(stores, connection, now, kind=kind, cycle=cycle, unit=None, since=None)
        return orjson.dumps(kind.build(context, lambda: None))


def _fetch_baseline_rows(stores: Stores) -> int:
    """Fetch the underlying rows with plain SQL and the driver's own cursor; return their number."""
    position = stores.log.head().position
    with stores.views.connect() as connection, closing(connection.connection.cursor()) as cursor:
        count = 0
        for table in TABLES:
            valid = f"from_position <= {position} AND to_position > {position}"
            cursor.execute(f"SELECT * FROM {table} WHERE {valid}")  # noqa: S608 - own table and a number
            count += len(cursor.fetchall())
    return count


def _peak_memory() -> int:
    """Return the peak memory, in kibibytes, of a process that opens the stores and builds the retrospective."""
    completed = subprocess.run([sys.executable, "-m", __name__], capture_output=True, text=True, check=True)  # noqa: S603
    return int(completed.stdout)


def _build_and_print_peak() -> None:
    with closing(open_stores(load_settings(), prepare=False)) as stores:
        build_retrospective(stores)
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    print(next(line.split()[1] for line in lines if line.startswith("VmHWM")))


if __name__ == "__main__":
    _build_and_print_peak()
