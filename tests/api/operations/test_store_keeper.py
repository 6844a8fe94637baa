"""A server keeps up to date while no request does."""

import os
import signal
from contextlib import closing, suppress
from pathlib import Path
from uuid import UUID

import pytest

from tests.api.installation import Installation
from tests.torture.processes import wait_until
from tests.torture.served import Served


@pytest.fixture(params=["sqlite", "postgres"])
def served(request, tmp_path):
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    with Served(tmp_path, url).start() as server:
        server.wait_for("/health/ready", 200)
        yield server


def keeper_of(server):
    """The process id of the server's store keeper."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    [keeper] = [child for child in children if "store_keeper" in Path(f"/proc/{child}/cmdline").read_text()]
    return int(keeper)


@pytest.mark.slow
def test_the_views_catch_up_without_a_read(served):
    assert served.call("POST", "/v1/units", {"name": "Tech", "level": "company"})[0] == 201
    with closing(served.open_stores()) as stores:
        wait_until(lambda: stores.views.tracked_head().position == stores.log.head().position)


@pytest.mark.slow
def test_the_keeper_ends_with_a_server_that_is_killed(tmp_path):
    server = Served(tmp_path, None)
    with suppress(AssertionError), server.start():  # the server must not end, it says
        keeper = keeper_of(server)
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
    wait_until(lambda: not Path(f"/proc/{keeper}").exists())


def test_a_process_without_requests_forgets_who_was_erased(fresh_installation, fresh_world):
    other = Installation.create(fresh_installation.engine, fresh_installation.settings).stores
    person = UUID(fresh_world.create_for_argument("person_id"))
    assert other.register.people.names_by_id({person})
    assert person in other.register.known.latest.names
    erasure = fresh_world.admin.post(f"/v1/people/{person}/erasure", {"reason": "They asked for it"})
    assert erasure.status_code == 200, erasure.text
    other.register.known.drop_outdated()
    assert (other.register.known.latest.names, other.register.known.latest.ciphers) == ({}, {})
    other.close()
