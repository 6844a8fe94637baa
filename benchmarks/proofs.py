"""Proof benchmarks: prove random events of a long log, against a short one."""

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from psycopg.conninfo import make_conninfo

from benchmarks.ratios import Figure, duration_ratios
from benchmarks.scale import Scale
from benchmarks.servers import run_postgres
from okr_events.event_log.merkle import append_leaf, compute_root, inclusion_proof, verify_inclusion
from okr_events.event_log.postgres import PostgresLog
from okr_events.event_log.sqlite import SQLiteLog

FEW = 10_000
PROOF_LIMIT = 2.0
PROOFS, ROUNDS = 300, 15

Row = tuple[int, bytes]
Log = SQLiteLog | PostgresLog


def measure_sqlite(scale: Scale) -> Iterator[Figure]:
    with TemporaryDirectory() as folder:
        sizes = scale.audited_events, FEW
        many, few = (_fill_sqlite(Path(folder) / f"{size}.sqlite", size) for size in sizes)
        with closing(many), closing(few):
            yield _proof_figure("SQLite", many, few, scale.audited_events)


def measure_postgres(scale: Scale) -> Iterator[Figure]:
    with run_postgres() as database:
        url, size = database.url, scale.audited_events
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute("CREATE DATABASE few")
        many, few = _fill_postgres(url, size), _fill_postgres(make_conninfo(url, dbname="few"), FEW)
        with closing(many), closing(few):
            yield _proof_figure("PostgreSQL", many, few, size)


def _tree_rows(size: int) -> Iterator[Row]:
    """Yield the rows of the table `tree` over arbitrary leaves."""
    peaks = list[bytes]()
    for position in range(1, size + 1):
        peaks, nodes = append_leaf(peaks, position - 1, sha256(position.to_bytes(8)).digest())
        yield position, b"".join(nodes)


def _fill_sqlite(path: Path, size: int) -> Log:
    SQLiteLog(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany("INSERT INTO tree VALUES (?, ?)", _tree_rows(size))
    return SQLiteLog(path)


def _fill_postgres(url: str, size: int) -> Log:
    PostgresLog(url).close()
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        with cursor.copy("COPY log.tree (position, nodes) FROM STDIN") as copy:
            for row in _tree_rows(size):
                copy.write_row(row)
        cursor.execute("ANALYZE log.tree")
    return PostgresLog(url)


def _proof_figure(engine: str, many: Log, few: Log, size: int) -> Figure:
    """Measure proofs of random events among many, over those among few."""
    ratios = duration_ratios(_prover(many, size), _prover(few, FEW), rounds=ROUNDS)
    return Figure(f"a proof among {size:,} events, over {FEW:,}: {engine}", ratios, maximum=PROOF_LIMIT)


def _prover(log: Log, size: int) -> Callable[[], None]:
    positions = random.Random(size).sample(range(1, size + 1), PROOFS)  # noqa: S311 - not for security
    first, root = positions[0], compute_root(size, log.fetch_hashes)
    [leaf], proof = log.fetch_hashes([(0, first - 1)]), inclusion_proof(first, size, log.fetch_hashes)
    if not verify_inclusion(leaf, first, size, proof, root):
        raise RuntimeError("the proof is invalid")

    def prove() -> None:
        for position in positions:
            inclusion_proof(position, size, log.fetch_hashes)

    return prove
