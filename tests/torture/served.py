"""A server of its own, started with `okr serve` over an installation on either engine, and the way to take its stores away."""

import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from api.operations.settings import DEFAULT_MAX_BODY, Settings
from api.operations.stores import Stores, open_stores
from tests.torture.processes import ROOT, wait_until

TOKEN = "a-token-of-the-torture-only"
OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
READS = ("/v1/units", "/v1/people", "/v1/alignment-tree", "/v1/events", "/v1/ledger/checkpoint", "/health/ready")
"""Reads that need the log, the register or the views."""
Answer = tuple[int, Any]


class Served:
    """The installation in `folder`, or in the database at `url`; `start` serves it on a free port."""

    def __init__(self, folder: Path, url: str | None, *, workers: int = 2) -> None:
        self.folder, self.url = folder, url
        own = {"OKR_DATA_DIR": str(folder), "OKR_ADMIN_TOKEN": TOKEN, "OKR_WORKERS": str(workers if url else 1)}
        self.environment = {"PATH": os.environ["PATH"], **own, **({"OKR_DATABASE_URL": url} if url else {})}
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None
        self.by: list[str] = []
        """The command that starts the server, if it is not started directly."""

    @contextmanager
    def start(self) -> Iterator["Served"]:
        """Serve until the end of the `with`; the server must still run then."""
        arguments = [*self.by, sys.executable, "-c", "from api.cli import okr; okr()", "serve", "--port", str(self.port)]
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(arguments, cwd=ROOT, env=self.environment, **quiet)
        try:
            wait_until(lambda: self.status("/health/live") == 200)
            yield self
            assert self.process.poll() is None, "the server ended"
        finally:
            self.process.terminate()
            self.process.wait()

    def open_stores(self) -> Stores:
        """Open the stores in this process."""
        return open_stores(Settings(self.folder, self.url, None, None, DEFAULT_MAX_BODY, 1, 4))

    def call(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> Answer:
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        headers |= {"Idempotency-Key": key} if key else {}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read())

    def post_created(self, path: str, **fields: Any) -> str:
        """Create a resource; return its id."""
        status, answer = self.call("POST", path, fields)
        assert status == 201, answer
        return str(answer["id"])

    def record_key_results(self, count: int) -> list[str]:
        """Create an organisation with key results in a present cycle; return their ids."""
        unit = self.post_created("/v1/units", name="Tech", level="company")
        cycle = self.post_created("/v1/cycles", name="Century", starts_on="2000-01-01", ends_on="2099-12-31")
        objective = self.post_created("/v1/objectives", cycle_id=cycle, unit_id=unit, title="Grow")
        fields = {"metric": {"kind": "increase", "baseline": 0, "target": 1_000_000}}
        path = f"/v1/objectives/{objective}/key-results"
        return [self.post_created(path, title=f"Result {number}", **fields) for number in range(count)]

    def status(self, path: str) -> int:
        """Return the status of a read; 0 while nothing listens or a worker has just died."""
        try:
            return self.call("GET", path)[0]
        except (OSError, http.client.HTTPException):
            return 0

    def status_of_write(self, name: str) -> int:
        """Return the status of a new cycle; 0 where a worker died meanwhile."""
        try:
            return self.call("POST", "/v1/cycles", {"name": name, "starts_on": "2000-01-01", "ends_on": "2099-12-31"})[0]
        except (OSError, http.client.HTTPException):
            return 0

    def wait_for_write(self) -> None:
        """Write until it is recorded, as a client does whose worker has not found the stores again."""
        wait_until(lambda: self.status_of_write(f"Cycle {uuid4()}") == 201)

    def wait_for(self, path: str, status: int) -> None:
        wait_until(lambda: self.status(path) == status)

    def workers(self) -> list[int]:
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(child) for child in children.split()]

    def kill_workers(self) -> None:
        for worker in self.workers():
            os.kill(worker, signal.SIGKILL)

    def cut_connections(self) -> None:
        """Close every connection of the database, as its restart does; the server may open others meanwhile."""
        with self.database() as run:
            closed = [pid for (pid,) in run(f"SELECT pid FROM (SELECT pid, pg_terminate_backend(pid) {OTHERS}) cut").fetchall()]
            wait_until(lambda: run(f"SELECT count(*) {OTHERS} AND pid = ANY(%s)", (closed,)).fetchone() == (0,))

    def set_read_only(self, *, read_only: bool) -> None:
        """Let new sessions of the database refuse writes, or take them again."""
        verb = "SET default_transaction_read_only = on" if read_only else "RESET default_transaction_read_only"
        with self.database() as run:
            run(f"ALTER DATABASE {run('SELECT current_database()').fetchone()[0]} {verb}")
        self.cut_connections()

    @contextmanager
    def stores_taken_away(self) -> Iterator[None]:
        """Hold the write locks of the SQLite files, or let the database refuse all connections, until the end of the `with`."""
        with ExitStack() as away:
            if self.url:
                away.enter_context(self._database_closed(self.url))
            for path in () if self.url else self.folder.glob("*.sqlite"):
                other = away.enter_context(closing(sqlite3.connect(path, isolation_level=None)))
                other.execute("BEGIN IMMEDIATE")
            yield

    @contextmanager
    def _database_closed(self, url: str) -> Iterator[None]:
        import psycopg  # noqa: PLC0415 - needs the extra `postgres`

        with closing(psycopg.connect(url, autocommit=True, dbname="postgres")) as admin:
            name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
            admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
            try:
                yield
            finally:
                admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

    @contextmanager
    def database(self) -> Iterator[Any]:
        import psycopg  # noqa: PLC0415 - needs the extra `postgres`

        assert self.url is not None
        with closing(psycopg.connect(self.url, autocommit=True, options="-c default_transaction_read_only=off")) as admin:
            yield admin.execute
