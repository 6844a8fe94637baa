"""A server whose disk is full or read-only refuses what it cannot record, keeps what it has recorded, and goes on by itself."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

import pytest

from okr_events.event_log.integrity_check import LogVerifier
from tests.projections.view_reader import all_rows
from tests.stories.test_damaged_stores import WITHIN_PERMISSIONS
from tests.torture.disks import database_on_disk, filled, growth_refused, read_only, small_disk
from tests.torture.processes import wait_until
from tests.torture.served import Served
from tests.torture.test_unavailable_stores import READS

CLIENTS = 4
TEXT = "A note that takes its place on the disk. " * 40


class Client:
    """Sends check-ins on its own key result, each until it is answered; what was acknowledged is in `acknowledged`."""

    def __init__(self, server, key_result):
        self.server = server
        self.path = f"/v1/key-results/{key_result}/check-ins"
        self.acknowledged = {}
        self.refused = set()
        self.key = str(uuid4())

    def send(self):
        """Send the next check-in, or again the one without an answer; return the status."""
        status, answer = self.post(self.key)
        if status == 201:
            self.acknowledged[self.key] = answer
            self.key = str(uuid4())
        else:
            self.refused.add((status, answer["type"]))
        return status

    def post(self, key):
        return self.server.call("POST", self.path, {"value": 1, "note": TEXT}, key=key)

    def replay(self, key):
        """Send an acknowledged check-in again, until a worker answers that has opened its stores again."""
        answers = []
        wait_until(lambda: answers.append(self.post(key)) or answers[-1][0] == 201)
        return answers[-1][1]

    def send_until(self, status):
        wait_until(lambda: self.send() == status)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.torture)])
def installation(request, tmp_path, *, long_run):
    """A new installation; in the long run on a small disk of its own, which is at `disk`."""
    with ExitStack() as stack:
        url = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
        disk = Path(stack.enter_context(TemporaryDirectory(dir="/tmp", prefix="okr-disk-")))  # PostgreSQL's user reads it too
        if long_run:
            stack.enter_context(small_disk(disk))
            url = stack.enter_context(database_on_disk(url, disk)) if url else None
        served = Served(disk if url is None else tmp_path, url)
        served.open_stores().close()
        served.fill = partial(filled, disk) if long_run else partial(growth_refused, served)
        yield served


@pytest.fixture
def times(*, long_run):
    return range(20 if long_run else 1)


def test_a_full_disk_refuses_writes_and_loses_nothing(installation, times):
    with installation.start() as server:
        server.wait_for("/health/ready", 200)
        clients = [Client(server, id) for id in server.record_key_results(CLIENTS)]
        with ThreadPoolExecutor(CLIENTS) as pool:
            for _ in times:
                list(pool.map(Client.send, clients))
                with installation.fill():
                    list(pool.map(lambda client: client.send_until(503), clients))
                    assert server.status("/health/live") == 200
                    assert {server.status(path) for path in READS} <= {200, 503}
                    assert server.status_of_write(f"Cycle {uuid4()}") in {201, 503}, "some tables have room left"
                list(pool.map(lambda client: client.send_until(201), clients))
                wait_for_reads(server)
        assert {problem for client in clients for problem in client.refused} <= {
            (503, f"urn:okr-events:problem:{code}") for code in ("log-unwritable", "busy")
        }
        assert_keys_replay(clients)
    assert_all_recorded_once(installation, clients)


def test_a_server_boots_and_recovers_on_a_full_disk(installation, times):
    with installation.start() as server:
        server.wait_for("/health/ready", 200)
        [client] = [Client(server, id) for id in server.record_key_results(1)]
        for _ in times:
            with installation.fill():
                server.kill_workers()
                server.wait_for("/health/live", 200)
                assert server.status_of_write(f"Cycle {uuid4()}") in {0, 201, 503}
            client.send_until(201)
            wait_for_reads(server)
        assert_keys_replay([client])
    assert_all_recorded_once(installation, [client])


@pytest.mark.parametrize("installation", ["sqlite"], indirect=True)  # read-only databases are in test_unavailable_stores.py
def test_a_folder_that_became_read_only_refuses_writes_and_loses_nothing(installation, times):
    with installation.start(WITHIN_PERMISSIONS) as server:
        server.wait_for("/health/ready", 200)
        clients = [Client(server, id) for id in server.record_key_results(CLIENTS)]
        with ThreadPoolExecutor(CLIENTS) as pool:
            for _ in times:
                list(pool.map(Client.send, clients))
                with read_only(installation.folder):
                    status, problem = server.call("GET", "/health/ready")
                    assert (status, problem["type"]) == (503, "urn:okr-events:problem:store-read-only")
                    assert {client.send() for client in clients} <= {201, 503}, "files that are open can be written"
                    assert {server.status(path) for path in READS} <= {200, 503}
                    server.kill_workers()
                    server.wait_for("/health/live", 200)
                    list(pool.map(lambda client: client.send_until(503), clients))
                    assert {server.status(path) for path in READS} <= {200, 503}
                list(pool.map(lambda client: client.send_until(201), clients))
                wait_for_reads(server)
                assert {client.send() for client in clients * 5} == {201}, "no connection stays read-only"
        assert_keys_replay(clients)
    assert_all_recorded_once(installation, clients)


def wait_for_reads(server):
    """Wait until each read is answered: one that shares a catch-up begun on the full disk is refused with it."""
    for path in READS:
        server.wait_for(path, 200)


def assert_keys_replay(clients):
    """Each acknowledged key gives its first answer again."""
    for client in clients:
        for key, answer in client.acknowledged.items():
            again = client.replay(key)
            assert (again["position"], again["id"]) == (answer["position"], answer["id"])


def assert_all_recorded_once(installation, clients):
    """The log verifies, has each acknowledged check-in at its position and no other, and the views equal a rebuild."""
    with closing(installation.open_stores()) as stores:
        assert not list(LogVerifier(stores.log, stores.okrs.mapper).find_faults())
        events = stores.log.events_after(after=0, limit=100_000)
        recorded = {event.position: event.originator_id for event in events if event.topic == "KeyResult.CheckedIn"}
        acknowledged = {
            answer["position"]: UUID(answer["key_result_id"]) for client in clients for answer in client.acknowledged.values()
        }
        assert recorded == acknowledged
        stores.views.catch_up()
        with stores.views.connect() as connection:
            rows = all_rows(connection)
        stores.views.rebuild()
        with stores.views.connect() as connection:
            assert all_rows(connection) == rows
