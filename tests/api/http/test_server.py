"""A running server: gunicorn's own refusals are problems, and nobody who holds connections holds the server."""

import json
import socket
import time
from contextlib import ExitStack
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from api.demo.client import Client
from api.demo.server import THREADS, run_server
from tests.api.http.running_server import exchange, read_problem, request

pytestmark = pytest.mark.slow
CLIENTS = 64
TOKEN = "a-token-of-these-tests-only"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with run_server(tmp_path_factory.mktemp("data"), TOKEN) as (address, _):
        client = Client(address, TOKEN)
        horizon = {"starts_on": "2026-01-01", "ends_on": "2028-01-01"}
        for number in range(200):
            client.post("/v1/priorities", title=f"{number}", description="x" * 10_000, perspective="customer", horizon=horizon)
        yield client


@pytest.fixture(scope="module")
def port(server):
    return urlsplit(server.address).port


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 400),
        (request("/", "Bad Header: x"), 400),
        (request("/", "X: a", "Content-Length: x"), 400),
        (request("/" + "x" * 9_000), 414),
        (request("/", f"X: {'x' * 10_000}"), 431),
        (request("/", *(f"X-{n}: x" for n in range(200))), 431),
        (request("/v1/units", "Transfer-Encoding: zip", method="POST"), 501),
    ],
)
def test_what_gunicorn_refuses_is_a_problem(port, data, status):
    answer = exchange(port, data)
    assert answer[0] == status, answer
    problem = read_problem(answer)
    assert problem["detail"]
    assert problem["type"].startswith("urn:okr-events:problem:")


@pytest.mark.parametrize("name", ["SCRIPT_NAME", "Script-Name", "PATH_INFO", "X-Forwarded-Prefix", "X-Forwarded-Proto"])
def test_headers_of_a_proxy_are_ignored_unless_configured(server, port, name):
    lines = (f"Authorization: Bearer {server.token}", f"{name}: /elsewhere")
    status, headers, _ = exchange(port, request("/v1/priorities?limit=1", *lines))
    assert status == 200
    assert headers["link"].startswith("</v1/priorities?")


def half_sent(token):
    """Requests of which something is missing for ever."""
    body = f"POST /v1/units HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
    return (b"", b"GET /v1/un", b"GET / HTTP/1.1\r\nHost: x\r\n", f"{body}Content-Length: 9\r\n\r\n{{".encode())


def unread(token):
    """Requests whose answers nobody reads."""
    head = f" HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
    paths = ("/v1/priorities?limit=200", "/v1/events?format=ndjson", "/v1/ledger/export")
    return tuple(f"GET {path}{head}".encode() for path in paths)


@pytest.mark.parametrize("kind", [half_sent, unread])
def test_64_clients_that_stop_leave_the_server_answering_within_a_second(server, port, kind):
    assert CLIENTS > 2 * THREADS
    sent = kind(server.token)
    with ExitStack() as held:
        for number in range(CLIENTS):
            connection = socket.socket()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            connection.connect(("127.0.0.1", port))
            held.enter_context(connection).sendall(sent[number % len(sent)])
        for _ in range(3):
            began = time.monotonic()
            with urlopen(f"{server.address}/health/live", timeout=10) as answer:  # noqa: S310
                assert json.load(answer)["status"] == "live"
            assert time.monotonic() - began < 1
        assert len(server.get("/v1/priorities?limit=50")["items"]) == 50
