"""Ways to fill the disk of an installation, or to make it read-only, under a running server, and to mend it again."""

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.torture.served import Served

SMALL_DISK = "32m"
BLOCK = 4096
RAISE_DISK_FULL = """
CREATE FUNCTION public.disk_full() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END$$
"""
TABLES_THAT_GROW = (
    "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'public')"
)


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """Mount a small file system in memory on a folder. Skips the test where nothing may be mounted."""
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", str(folder)], check=False)
    if mount.returncode:
        pytest.skip("A small disk cannot be mounted: run this test as root, outside a container.")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """Fill the disk of a folder with one large file, until the end of the `with`."""
    ballast = folder / "ballast"
    try:
        with ballast.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(BLOCK))
    except OSError:
        assert shutil.disk_usage(folder).free < BLOCK
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Take the leave to write from a folder and its files, until the end of the `with`."""
    files = [path for path in folder.iterdir() if path.is_file()]
    for path in files:
        path.chmod(0o400)
    folder.chmod(0o500)
    try:
        yield
    finally:
        folder.chmod(0o700)
        for path in files:
            path.chmod(0o600)


@contextmanager
def growth_refused(served: Served) -> Iterator[None]:
    """Refuse what a full disk refuses, without one: no file of the server's processes grows, or PostgreSQL says so itself."""
    with _inserts_refused(served.url) if served.url else _writes_refused(served):
        yield


@contextmanager
def _writes_refused(served: Served) -> Iterator[None]:
    """Let the processes, and those that they start, write no byte to any file."""
    _limit_files(served, 0)
    try:
        yield
    finally:
        _limit_files(served, resource.RLIM_INFINITY)


def _limit_files(served: Served, size: int) -> None:
    for process in served.processes():
        with suppress(ProcessLookupError):  # a worker that was killed meanwhile
            resource.prlimit(process, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@contextmanager
def _inserts_refused(url: str) -> Iterator[None]:
    """Let each insert fail as it does on a full disk."""
    with _connect(url) as run:
        tables = [name for (name,) in run(TABLES_THAT_GROW).fetchall()]
        run(RAISE_DISK_FULL)
        for table in tables:
            run(f"CREATE TRIGGER disk_full BEFORE INSERT ON {table} EXECUTE FUNCTION public.disk_full()")
        try:
            yield
        finally:
            for table in tables:
                run(f"DROP TRIGGER disk_full ON {table}")
            run("DROP FUNCTION public.disk_full")


@contextmanager
def database_on_disk(url: str, folder: Path) -> Iterator[str]:
    """Create a database whose tables lie in a folder; yield its URL."""
    owner = Path(_data_folder(url)).stat()
    os.chown(folder, owner.st_uid, owner.st_gid)
    with _connect(url) as run:
        run(f"CREATE TABLESPACE small LOCATION '{folder}'")
        run("CREATE DATABASE small TABLESPACE small")
        try:
            yield url.replace(_database_name(url), "small")
        finally:
            run("DROP DATABASE small WITH (FORCE)")
            run("DROP TABLESPACE small")


def _data_folder(url: str) -> str:
    with _connect(url) as run:
        folder: str = run("SHOW data_directory").fetchone()[0]
        return folder


def _database_name(url: str) -> str:
    import psycopg  # noqa: PLC0415 - needs the extra `postgres`

    return str(psycopg.conninfo.conninfo_to_dict(url)["dbname"])


@contextmanager
def _connect(url: str) -> Iterator[Any]:
    import psycopg  # noqa: PLC0415 - needs the extra `postgres`

    with closing(psycopg.connect(url, autocommit=True)) as connection:
        yield connection.execute
