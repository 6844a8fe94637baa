"""A server whose disk becomes full answers 503 meanwhile, loses nothing, and goes on by itself when there is space again."""

from contextlib import ExitStack, contextmanager

import pytest

from tests.torture.full_disks import LimitedFiles, MountedDisk, RefusingTables, mounted
from tests.torture.http_writers import HttpWriters, assert_nothing_lost
from tests.torture.served import Served

READS = ("/v1/units", "/v1/key-results", "/v1/alignment-tree", "/v1/events", "/v1/ledger/checkpoint", "/health/ready")
REFUSALS = {"log-unwritable", "busy", "log-busy", "views-behind", "stores-unavailable"}
"""The codes of refusals while a disk is full; the first one is the rule."""


@contextmanager
def limited(request, tmp_path):
    yield (server := Served(tmp_path, None)), LimitedFiles(server)


@contextmanager
def refusing(request, tmp_path):
    yield (server := Served(tmp_path, request.getfixturevalue("postgres_url"))), RefusingTables(server)


@contextmanager
def small(request, tmp_path):
    with mounted(12) as folder:
        yield Served(folder, None), MountedDisk(folder)


@contextmanager
def small_tablespace(request, tmp_path):
    postgres = request.getfixturevalue("postgres_server")
    with mounted(40, owner=postgres.pgdata.stat().st_uid) as folder:
        with request.getfixturevalue("new_database")(tablespace=folder) as url:
            yield Served(tmp_path, url), MountedDisk(folder)


@pytest.fixture(params=[limited, refusing, small, small_tablespace], ids=lambda make: make.__name__)
def server_and_disk(request, tmp_path):
    with ExitStack() as made:
        server, disk = made.enter_context(request.param(request, tmp_path))
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
