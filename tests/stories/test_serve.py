"""`okr serve` before it serves: what is wrong is said in one line, and nothing else is."""

import socket
from pathlib import Path

import pytest

pytestmark = pytest.mark.parametrize("environment", ["sqlite"], indirect=True)


@pytest.fixture
def taken_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield str(listener.getsockname()[1])


def test_a_port_that_is_taken_is_said_in_one_line_before_anything_is_opened(okr, environment, taken_port):
    done = okr("serve", "--port", taken_port)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Error: Cannot listen on 127.0.0.1, port {taken_port}: Address already in use.\n"
    assert not Path(environment["OKR_DATA_DIR"]).exists()


def test_an_address_of_another_host_is_said_too(okr):
    done = okr("serve", "--host", "192.0.2.1", "--port", "65535")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Error: Cannot listen on 192.0.2.1, port 65535: Cannot assign requested address.\n"
