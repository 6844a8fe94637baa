"""A server whose disk becomes full answers 503 meanwhile, loses nothing, and goes on by itself when there is space again."""

import sys
from contextlib import ExitStack, contextmanager

import pytest

from tests.torture.full_disks import LimitedFiles, MountedDisk, RefusingTables, mounted
from tests.torture.http_writers import HttpWriters, assert_nothing_lost
from tests.torture.served import READS, Served
from tests.torture.small_wal import postgres_with_small_wal

REFUSALS = {"log-unwritable", "busy", "log-busy", "views-behind", "stores-unavailable"}
"""The codes of refusals while a disk is full; the first one is the rule."""


@contextmanager
def limited(request):
    server = Served(request.getfixturevalue("tmp_path"), None)
    yield server, LimitedFiles(server)


@contextmanager
def refusing(request):
    server = Served(request.getfixturevalue("tmp_path"), request.getfixturevalue("postgres_url"))
    yield server, RefusingTables(server)


@contextmanager
def small(_):
    with mounted(64) as folder:  # with space for the views twice at the end
        yield Served(folder, None), MountedDisk(folder)


@contextmanager
def small_tablespace(request):
    create = request.getfixturevalue("new_database")
    owner = request.getfixturevalue("postgres_server").pgdata.stat().st_uid
    with mounted(96, owner=owner) as folder, create(tablespace=folder) as url:
        yield Served(request.getfixturevalue("tmp_path"), url), MountedDisk(folder)


LONG = [pytest.param(disk, marks=pytest.mark.torture) for disk in (refusing, small, small_tablespace)]


@pytest.fixture(params=[limited, *LONG], ids=lambda make: make.__name__)
def server_and_disk(request):
    with ExitStack() as made:
        server, disk = made.enter_context(request.param(request))
        made.enter_context(server.start())
        server.wait_for("/health/ready", 200)
        yield server, disk


@pytest.fixture
def times(*, long_run):
    """How often each failure is repeated."""
    return range(20 if long_run else 1)


def test_a_disk_that_becomes_full_loses_nothing_and_writes_go_on_when_it_has_space(server_and_disk, times):
    server, disk = server_and_disk
    writers = HttpWriters(server)
    units = server.call("GET", "/v1/units")[1]
    with writers.writing():
        for round_ in times:
            writers.wait_for_more()
            disk.fill()
            try:
                writers.wait_for_refusals({"log-unwritable"})
                assert server.status("/health/live") == 200
                assert server.call("POST", "/v1/people", {"name": "Ada"})[0] in {201, 503}
                status, body = server.call("GET", "/v1/units")
                assert status == 503 or body == units
                assert {server.status(path) for path in READS} <= {200, 503}
                if round_ % 2:
                    server.kill_workers()
                    server.wait_for("/health/live", 200)
                    writers.wait_for_refusals(REFUSALS)
                    assert {server.status(path) for path in READS} <= {200, 503}
            finally:
                disk.free()
            writers.wait_for_more()
    assert writers.problems.keys() <= REFUSALS | {"no answer"}, writers.problems
    print(f"{len(writers.acknowledged)} acknowledged, refused: {dict(writers.problems)}")  # noqa: T201
    writers.assert_keys_replay_answers()
    assert_nothing_lost(writers)


@pytest.mark.torture
def test_a_full_disk_of_postgresqls_write_ahead_log_loses_nothing(tmp_path, postgres_server):
    """The server of PostgreSQL ends, and cannot start before there is space."""
    wheel = sys.modules[type(postgres_server).__module__.partition(".")[0]]
    with (
        postgres_with_small_wal(wheel, postgres_server.pgdata.stat().st_uid) as disk,
        Served(tmp_path, disk.url).start() as server,
    ):
        server.wait_for("/health/ready", 200)
        writers = HttpWriters(server)
        with writers.writing():
            for _ in range(5):
                writers.wait_for_more()
                disk.fill()
                try:
                    writers.wait_for_refusals({*REFUSALS, "log-unreachable"})
                    assert server.status("/health/live") == 200
                    assert {server.status(path) for path in READS} <= {200, 503}
                finally:
                    disk.free()
                writers.wait_for_more()
        assert writers.problems.keys() <= {*REFUSALS, "log-unreachable"}
        print(f"{len(writers.acknowledged)} acknowledged, refused: {dict(writers.problems)}")  # noqa: T201
        writers.assert_keys_replay_answers()
        assert_nothing_lost(writers)


def test_views_whose_disk_is_full_refuse_no_command(tmp_path, postgres_url):
    with Served(tmp_path, postgres_url).start() as server:
        server.wait_for("/health/ready", 200)
        writers, disk = HttpWriters(server), RefusingTables(server, "^views")
        with writers.writing():
            disk.fill()
            writers.wait_for_more()
            assert server.status("/health/ready") == 503
            assert server.status("/v1/units") == 503
            disk.free()
            server.wait_for("/health/ready", 200)
        assert not writers.problems
        assert_nothing_lost(writers)


@pytest.mark.parametrize("size", [60_000, *(pytest.param(size, marks=pytest.mark.torture) for size in (20_000, 120_000))])
def test_a_new_server_on_a_full_disk_opens_its_stores_when_it_has_space(tmp_path, size):
    server = Served(tmp_path, None)
    server.by = ["prlimit", f"--fsize={size}:unlimited"]
    with server.start():
        assert server.status("/health/ready") == 503
        LimitedFiles(server).free()
        server.wait_for("/health/ready", 200)
        server.wait_for_write()


def test_a_server_that_starts_on_a_full_disk_writes_when_it_has_space(tmp_path):
    server = Served(tmp_path, None)
    server.open_stores().close()
    server.by = ["prlimit", "--fsize=20000:unlimited"]
    with server.start():
        assert server.status("/health/ready") == 503
        assert server.status_of_write("Full") == 503
        LimitedFiles(server).free()
        server.wait_for("/health/ready", 200)
        server.wait_for_write()
