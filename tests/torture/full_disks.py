"""Disks that become full: a small one that is mounted, and two substitutes that need no privileges."""

import errno
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path
from resource import RLIM_INFINITY, RLIMIT_FSIZE, prlimit
from typing import Any, Protocol

import pytest

from tests.torture.served import Served

NO_MOUNT = "a small disk cannot be mounted: run as root with CAP_SYS_ADMIN, for example `docker run --cap-add SYS_ADMIN`"
HEADROOM = 64 * 1024
"""How far a file may grow on a limited disk that is full."""
REFUSE = """CREATE OR REPLACE FUNCTION public.disk_full() RETURNS trigger LANGUAGE plpgsql AS
 $$BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END$$"""
TABLES = "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname ~ '{}'"


class Disk(Protocol):
    def fill(self) -> None: ...

    def free(self) -> None: ...


class MountedDisk:
    """A disk of its own, filled by a file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        with self._ballast.open("ab", buffering=0) as ballast, pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
            ballast.writelines(repeat(bytes(4096)))

    def free(self) -> None:
        self._ballast.unlink()


class LimitedFiles:
    """A limit on the size of the files that a server writes, such as SQLite's write-ahead log."""

    def __init__(self, server: Served) -> None:
        self.server = server

    def fill(self) -> None:
        self._limit((self.server.folder / "log.sqlite-wal").stat().st_size + HEADROOM)

    def free(self) -> None:
        self._limit(RLIM_INFINITY)

    def _limit(self, size: int) -> None:
        assert self.server.process is not None
        for pid in (self.server.process.pid, *self.server.workers()):
            prlimit(pid, RLIMIT_FSIZE, (size, RLIM_INFINITY))


class RefusingTables:
    """Tables of PostgreSQL, in schemas of these names, that refuse rows with the error of a full disk."""

    def __init__(self, server: Served, schemas: str = "^(log|register|views)") -> None:
        self.server, self.schemas = server, schemas

    def fill(self) -> None:
        with self.server.database() as run:
            run(REFUSE)
            self._on_each_table(
                run, "CREATE TRIGGER disk_full BEFORE INSERT OR UPDATE ON {} FOR EACH STATEMENT EXECUTE FUNCTION disk_full()"
            )

    def free(self) -> None:
        with self.server.database() as run:
            self._on_each_table(run, "DROP TRIGGER IF EXISTS disk_full ON {}")

    def _on_each_table(self, run: Any, statement: str) -> None:
        for (table,) in run(TABLES.format(self.schemas)).fetchall():
            run(statement.replace("disk_full()", "public.disk_full()").format(table))


@contextmanager
def mounted(megabytes: int, *, owner: int | None = None) -> Iterator[Path]:
    """Mount a small disk until the end of the `with`; skip the test where this process must not mount."""
    folder = Path(tempfile.mkdtemp(dir="/tmp", prefix="okr-disk-"))
    folder.chmod(0o711)
    options = f"size={megabytes}m,mode=0700,uid={os.geteuid() if owner is None else owner}"
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    try:
        if not shutil.which("mount") or subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip(NO_MOUNT)
        try:
            yield folder
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
    finally:
        folder.rmdir()
