"""A server on SQLite whose files become read-only answers 503 to writes, and writes again when they are writable."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from tests.stories.test_damaged_stores import WITHIN_PERMISSIONS
from tests.torture.full_disks import mounted
from tests.torture.http_writers import HttpWriters, assert_nothing_lost
from tests.torture.processes import wait_until
from tests.torture.served import READS, Served

REFUSALS = {"log-unwritable", "busy", "log-busy", "views-behind", "stores-unavailable", "store-read-only"}


@pytest.fixture
def times(*, long_run):
    return range(20 if long_run else 2)


@pytest.fixture
def server(tmp_path):
    """A server that must keep to the permissions of its files, and is not started yet."""
    served = Served(tmp_path, None)
    served.by = WITHIN_PERMISSIONS
    served.open_stores().close()
    return served


@contextmanager
def read_only(folder):
    """Take away the permissions to write; connections that are open keep theirs."""
    for file in folder.glob("*.sqlite*"):
        file.chmod(0o400)
    folder.chmod(0o500)
    try:
        yield
    finally:
        folder.chmod(0o700)
        for file in folder.glob("*.sqlite*"):
            file.chmod(0o600)


@contextmanager
def mounted_read_only(server):
    """Mount the disk again, read-only. Its files must not be open for that, so the workers are killed."""

    def remount(how):
        return subprocess.run(["mount", "-o", f"remount,{how}", str(server.folder)], capture_output=True, check=False)

    server.kill_workers()
    wait_until(lambda: remount("ro").returncode == 0)
    try:
        yield
    finally:
        assert remount("rw").returncode == 0


def read_everything(server):
    """Read by more threads than the server has connections at rest."""
    with ThreadPoolExecutor(16) as pool:
        return set(pool.map(server.status, READS * 6))


def test_files_that_become_read_only_lose_nothing_and_writes_go_on_afterwards(server, times):
    with server.start():
        writers = HttpWriters(server)
        with writers.writing():
            for round_ in times:
                writers.wait_for_more()
                with read_only(server.folder):
                    if round_ % 2:
                        server.kill_workers()
                        server.wait_for("/health/live", 200)
                        writers.wait_for_refusals(REFUSALS)
                    assert read_everything(server) <= {200, 503}
                writers.wait_for_more()
        assert_all_in_order(writers)


@pytest.mark.torture
def test_a_disk_that_is_mounted_read_only_loses_nothing_and_writes_go_on_afterwards(times):
    with mounted(64) as folder, Served(folder, None).start() as server:
        server.wait_for("/health/ready", 200)
        writers = HttpWriters(server)
        with writers.writing():
            for _ in times:
                writers.wait_for_more()
                with mounted_read_only(server):
                    writers.wait_for_refusals(REFUSALS)
                    assert server.status("/health/live") == 200
                    assert read_everything(server) <= {200, 503}
                writers.wait_for_more()
        assert_all_in_order(writers)


def test_a_server_that_starts_on_read_only_files_writes_when_they_are_writable(server):
    with read_only(server.folder):
        starting = server.start()
        starting.__enter__()
        assert server.status("/health/ready") == 503
        assert server.status_of_write("Read-only") == 503
    server.wait_for("/health/ready", 200)
    server.wait_for_write()
    starting.__exit__(None, None, None)


def assert_all_in_order(writers):
    assert writers.problems.keys() <= REFUSALS | {"no answer"}, writers.problems
    print(f"{len(writers.acknowledged)} acknowledged, refused: {dict(writers.problems)}")  # noqa: T201
    writers.assert_keys_replay_answers()
    assert_nothing_lost(writers)
