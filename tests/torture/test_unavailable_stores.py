"""A server whose stores are locked, down, cut off or read-only answers 503 meanwhile, and goes on by itself."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from time import monotonic
from uuid import uuid4

import pytest

from okr_events.commands.intent import Intent
from okr_events.domain.unit import Unit
from okr_events.domain.values import Level
from okr_events.event_log.hash_chain import to_microseconds
from okr_events.event_log.integrity_check import LogVerifier
from tests.torture.served import READS, Served

WRITERS = 64
SECONDS = 2.0
"""What 64 writes may take; on a machine with other work, as long as one after the other."""
ON_POSTGRES = pytest.mark.parametrize("installation", ["postgres"], indirect=True)
"""SQLite has no connections to lose."""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.torture)])
def installation(request, tmp_path):
    """A new installation that nothing serves yet."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    served = Served(tmp_path, url)
    served.open_stores().close()
    return served


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
            server.wait_for_write()


@ON_POSTGRES
def test_every_read_after_a_restart_of_postgresql_is_answered(installation, times):
    with installation.start() as server:
        server.wait_for("/health/ready", 200)
        for _ in times:
            with ThreadPoolExecutor(8) as pool:
                assert set(pool.map(server.status, READS * 4)) == {200}
            server.cut_connections()
            assert [server.status(path) for path in READS * 2] == [200] * 12


@ON_POSTGRES
def test_a_database_that_became_read_only_is_said_and_writes_go_on_afterwards(installation, times):
    installation.environment["OKR_WORKERS"] = "1"
    with installation.start() as server:
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
            assert server.call(*requests[number % len(requests)])[0] in {200, 201}

        def seconds_of(run):
            begun = monotonic()
            list(run(write, range(WRITERS)))
            return monotonic() - begun

        in_turn = seconds_of(map)
        with ThreadPoolExecutor(WRITERS) as pool:
            in_parallel = min(seconds_of(pool.map) for _ in range(1 + len(times)))
        assert in_parallel < max(SECONDS, in_turn), "slower than one after the other"


def test_after_an_accepted_clock_killed_workers_lose_no_wall_time(installation, times):
    with closing(installation.open_stores()) as stores:
        intent = put_head_ahead(stores)
        accepted = stores.okrs.accept_clock(replace(intent, reason="The clock was wrong")).position
    with installation.start() as server:
        server.wait_for("/health/ready", 200)
        for _ in times:
            with ThreadPoolExecutor(8) as pool:
                writes = [pool.submit(server.status_of_write, f"Cycle {uuid4()}") for _ in range(16)]
                server.kill_workers()
                assert {write.result() for write in writes} <= {0, 201}
            server.wait_for("/health/ready", 200)
            assert server.status_of_write(f"Cycle {uuid4()}") == 201
    with closing(installation.open_stores()) as stores:
        events = stores.log.events_after(after=accepted - 1, limit=100_000)
        assert len(events) > 1
        assert all(later.recorded_at == earlier.recorded_at + 1 for earlier, later in pairwise(events))
        assert all(earlier.time < later.time < earlier.recorded_at for earlier, later in pairwise(events))
        assert not [fault for fault in LogVerifier(stores.log, stores.okrs.mapper).find_faults() if fault.position]


def put_head_ahead(stores):
    """Record an event with a time in 2100; return the intent of its author."""
    with stores.register.write_transaction() as connection:
        intent = Intent(stores.register.people.add(connection, name="Ada").id)
    company = stores.okrs.load(Unit, stores.okrs.create_unit(intent, name="Tech", level=Level.COMPANY).id)
    company.change(vision="Ahead of time")
    in_2100 = to_microseconds(datetime(2100, 1, 1, tzinfo=UTC))
    stores.okrs.append(company.collect_events(), envelopes=[intent.envelope], times=[in_2100])
    return intent
