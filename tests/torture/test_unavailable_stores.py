"""A server whose stores are locked, down, cut off or read-only answers 503 meanwhile, and goes on by itself."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from time import monotonic

import pytest

from api.operations.settings import DEFAULT_MAX_BODY, Settings
from api.operations.stores import open_stores
from tests.torture.served import Served

READS = ("/v1/units", "/v1/people", "/v1/alignment-tree", "/v1/events", "/v1/ledger/checkpoint", "/health/ready")
WRITERS = 64
SECONDS = 2.0


@pytest.fixture(params=["sqlite", "postgres"])
def installation(request, tmp_path):
    """A new installation that nothing serves yet."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    with closing(open_stores(Settings(tmp_path, url, None, None, DEFAULT_MAX_BODY, 1, 4))):
        return Served(tmp_path, url)


@pytest.fixture
def in_postgres(installation):
    if installation.url is None:
        pytest.skip("SQLite has no connections to lose")
    return installation


@pytest.fixture
def times(*, long_run):
    """How often each failure is repeated."""
    return range(20 if long_run else 1)


def test_a_server_boots_without_its_stores_and_opens_them_when_they_are_back(installation):
    with ExitStack() as away, ExitStack() as serving:
        away.enter_context(installation.stores_taken_away())
        server = serving.enter_context(installation.start())
        assert server.status("/health/ready") == 503
        assert server.call("GET", "/v1/units")[0] == 503
        away.close()
        server.wait_for("/health/ready", 200)


def test_workers_that_die_while_the_stores_are_away_end_nothing(installation, times):
    with installation.start() as server:
        for _ in times:
            server.wait_for("/health/ready", 200)
            with installation.stores_taken_away():
                server.kill_workers()
                server.wait_for("/health/live", 200)
                assert server.status("/health/ready") == 503
            server.wait_for("/health/ready", 200)
            assert server.call("POST", "/v1/people", {"name": "Ada"})[0] == 201


def test_every_read_after_a_restart_of_postgresql_is_answered(in_postgres, times):
    with in_postgres.start() as server:
        server.wait_for("/health/ready", 200)
        for _ in times:
            with ThreadPoolExecutor(8) as pool:
                assert set(pool.map(server.status, READS * 4)) == {200}
            server.cut_connections()
            assert [server.status(path) for path in READS * 2] == [200] * 12


def test_a_database_that_became_read_only_is_said_and_writes_go_on_afterwards(in_postgres, times):
    in_postgres.environment["OKR_WORKERS"] = "1"
    with in_postgres.start() as server:
        server.wait_for("/health/ready", 200)
        for _ in times:
            server.set_read_only(read_only=True)
            status, problem = server.call("GET", "/health/ready")
            assert (status, problem["type"]) == (503, "urn:okr-events:problem:store-read-only")
            assert server.call("POST", "/v1/people", {"name": "Ada"})[0] == 503
            assert server.status("/v1/units") == 200
            server.set_read_only(read_only=False)
            assert server.status("/health/ready") == 200
            assert server.call("POST", "/v1/people", {"name": "Ada"})[0] == 201


def test_64_parallel_register_writes_end_without_a_503(installation, times):
    with installation.start() as server:
        person = server.call("POST", "/v1/people", {"name": "Ada"})[1]["id"]
        requests = [
            ("POST", "/v1/people", {"name": "Grace"}),
            ("PATCH", f"/v1/people/{person}", {"name": "Ada L."}),
            ("POST", "/v1/tokens", {"person_id": person, "role": "reader"}),
            ("POST", "/v1/calendars", {"owner": person}),
        ]

        def write(number):
            begun = monotonic()
            assert server.call(*requests[number % len(requests)])[0] in {200, 201}
            return monotonic() - begun

        def write_in_parallel():
            with ThreadPoolExecutor(WRITERS) as pool:
                return max(pool.map(write, range(WRITERS)))

        assert min(write_in_parallel() for _ in range(3 * len(times))) < SECONDS
