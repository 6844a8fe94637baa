"""64 clients that stop sending, trickle, or do not read: all are disconnected by their deadlines, and nobody else waits."""

import json
import select
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from api.demo.client import Client
from api.demo.server import run_server
from api.http.worker import RECEIVE_SECONDS, SEND_SECONDS

pytestmark = pytest.mark.torture
CLIENTS = 64
TOKEN = "a-token-of-these-tests-only"
SLACK = 20.0


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Client]:
    with run_server(tmp_path, TOKEN) as (address, _):
        client = Client(address, TOKEN)
        horizon = {"starts_on": "2026-01-01", "ends_on": "2028-01-01"}
        for number in range(400):
            client.post("/v1/priorities", title=f"{number}", description="x" * 10_000, perspective="customer", horizon=horizon)
        yield client


def half_sent(token: str) -> tuple[bytes, ...]:
    body = f"POST /v1/units HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
    return (b"", b"GET /v1/un", b"GET / HTTP/1.1\r\nHost: x\r\n", f"{body}Content-Length: 9000\r\n\r\n{{".encode())


def unread(token: str) -> tuple[bytes, ...]:
    head = f" HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
    paths = ("/v1/priorities?limit=200", "/v1/events?format=ndjson", "/v1/ledger/export")
    return tuple(f"GET {path}{head}".encode() for path in paths)


def connect(port: int) -> socket.socket:
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    connection.connect(("127.0.0.1", port))
    return connection


def is_gone(connection: socket.socket, piece: bytes) -> bool:
    """Whether the server closed its side, or reset the connection when a further piece was sent; nothing is read."""
    try:
        if piece:
            connection.sendall(piece)
        poller = select.poll()
        poller.register(connection, select.POLLRDHUP)
        return bool(poller.poll(0))
    except OSError:
        return True


def slowest_check(address: str, stop: Event, slowest: list[float]) -> None:
    """Check from the start, when the processors are busy with the requests, to the end, when the clients only wait."""
    while not stop.wait(0.1):
        began = time.monotonic()
        with urlopen(f"{address}/health/live", timeout=30) as answer:  # noqa: S310
            assert json.load(answer)["status"] == "live"
        slowest[0] = max(slowest[0], time.monotonic() - began)


@pytest.mark.parametrize(
    ("requests", "trickle", "seconds"),
    [(half_sent, b"", RECEIVE_SECONDS), (half_sent, b"x", RECEIVE_SECONDS), (unread, b"", SEND_SECONDS)],
    ids=["half-sent", "a byte a second", "unread"],
)
def test_they_are_disconnected_and_nobody_waits(server, requests, trickle, seconds):
    port, stop, slowest = urlsplit(server.address).port, Event(), [0.0]
    checks = Thread(target=slowest_check, args=(server.address, stop, slowest))
    checks.start()
    sent = requests(server.token)
    with ExitStack() as held:
        held.callback(checks.join)
        held.callback(stop.set)
        clients = [held.enter_context(connect(port)) for _ in range(CLIENTS)]
        for number, client in enumerate(clients):
            client.sendall(sent[number % len(sent)])
        ends_at = time.monotonic() + seconds + SLACK
        waiting = clients
        while waiting and time.monotonic() < ends_at:
            time.sleep(1)
            waiting = [client for client in waiting if not is_gone(client, trickle)]
        assert waiting == []
    assert slowest[0] < 1
    assert len(server.get("/v1/priorities?limit=50")["items"]) == 50
