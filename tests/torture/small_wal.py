"""A PostgreSQL server whose write-ahead log lies on a small disk, and which is started again whenever it ends."""

import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import Event, Thread
from types import ModuleType

from tests.torture.full_disks import MountedDisk, mounted
from tests.torture.processes import wait_until

SIZE = 160
"""Megabytes: PostgreSQL keeps 80 of them for segments that it uses again, and needs some to recover."""


class SupervisedPostgres(MountedDisk):
    """`fill` fills the disk and ends the segment that is written, so that the server finds no space for the next one."""

    def __init__(self, wal: Path, command: list[str], owner: int, url: str) -> None:
        super().__init__(wal)
        self.command, self.owner, self.url = command, owner, url
        self._ended = Event()
        self._process: subprocess.Popen[bytes] | None = None

    @contextmanager
    def running(self) -> Iterator[None]:
        supervisor = Thread(target=self._supervise)
        supervisor.start()
        try:
            wait_until(self._answers)
            yield
        finally:
            self._ended.set()
            if self._process:
                self._process.terminate()
            supervisor.join()

    def _supervise(self) -> None:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        while not self._ended.is_set():
            self._process = subprocess.Popen(self.command, user=self.owner, **quiet)  # type: ignore[call-overload]
            self._process.wait()

    def _answers(self, *statements: str) -> bool:
        """Return whether the server is up and executes the statements."""
        import psycopg  # noqa: PLC0415 - needs the extra `postgres`

        try:
            with closing(psycopg.connect(self.url, autocommit=True)) as connection:
                for statement in statements:
                    connection.execute(statement)
        except psycopg.Error:
            return False
        return True

    def fill(self) -> None:
        assert self._answers("CHECKPOINT", "CREATE TABLE IF NOT EXISTS filling (number bigint)")
        super().fill()
        wait_until(lambda: not self._answers("INSERT INTO filling SELECT generate_series(1, 1000)", "SELECT pg_switch_wal()"))


@contextmanager
def postgres_with_small_wal(wheel: ModuleType, owner: int) -> Iterator[SupervisedPostgres]:
    with ExitStack() as opened:
        wal = opened.enter_context(mounted(SIZE, owner=owner))
        folder = Path(tempfile.mkdtemp(dir="/tmp", prefix="okr-wal-"))
        opened.callback(shutil.rmtree, folder)
        server = wheel.get_server(folder, cleanup_mode=None)
        url, command = server.get_uri(), shlex.split((folder / "postmaster.opts").read_text())
        server._stop()  # noqa: SLF001 - the wheel has no other way to stop a server and keep its folder
        moved = wal / "pg_wal"
        subprocess.run(["cp", "-a", str(folder / "pg_wal"), str(moved)], check=True)
        shutil.rmtree(folder / "pg_wal")
        (folder / "pg_wal").symlink_to(moved)
        postgres = SupervisedPostgres(wal, command, owner, url)
        opened.enter_context(postgres.running())
        yield postgres
