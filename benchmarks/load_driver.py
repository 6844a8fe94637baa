"""The load driver: a process whose connections each send one request after the other, at little cost of its own.

It reads a `Load` as JSON from standard input and writes an `Outcome` as JSON.
"""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from itertools import cycle
from selectors import EVENT_READ, DefaultSelector
from statistics import median, quantiles
from time import perf_counter

from okr_events.json_types import JsonObject

TOKEN = "a-token-of-the-benchmark-only"  # noqa: S105 - for servers on loopback with made-up stores
RECEIVE_BYTES = 262_144
TIMEOUT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Load:
    """Requests to send: GET, or POST of a body. Each connection takes its own share of the paths in turns.

    It ends after a number of seconds or of requests. A response is as expected with the status and with `part` in its body.
    """

    port: int
    paths: Sequence[str]
    body: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    status: int = HTTPStatus.OK
    part: str = ""
    connections: int = 1
    seconds: float = 3_600.0
    requests: int = sys.maxsize

    def expects(self, status: int, body: bytes) -> bool:
        return status == self.status and self.part.encode() in body


@dataclass(frozen=True, slots=True)
class Outcome:
    """The seconds until the last response, and the latency in seconds of each that was as expected, the others counted."""

    seconds: float
    latencies: Sequence[float]
    failures: int

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    @property
    def p99(self) -> float:
        return quantiles(self.latencies, n=100, method="inclusive")[98]

    @property
    def median(self) -> float:
        return median(self.latencies)


def send(load: Load) -> Outcome:
    """Send a load from a process of its own, so that the caller's interpreter takes no part."""
    command = [sys.executable, "-m", __name__]
    document = json.dumps(asdict(load))
    completed = subprocess.run(command, input=document, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    outcome: JsonObject = json.loads(completed.stdout)
    return Outcome(**outcome)


class Connection:
    """A connection that sends its requests in turns, one at a time; `started` is when the last one was sent."""

    def __init__(self, load: Load, number: int) -> None:
        self.requests = cycle(_encode_requests(load, number))
        self.socket = socket.create_connection(("127.0.0.1", load.port), timeout=TIMEOUT_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.started = 0.0

    def send_next(self) -> None:
        self.started = perf_counter()
        self.socket.sendall(next(self.requests))

    def receive(self) -> tuple[int, bytes] | None:
        """Receive what is there; return status and body once the response is complete."""
        piece = self.socket.recv(RECEIVE_BYTES)
        if not piece:
            raise ConnectionError("The server closed a connection.")
        self.received += piece
        head, end, body = self.received.partition(b"\r\n\r\n")
        if not end or len(body) < _content_length(head):
            return None
        self.received = b""
        return int(head[9:12]), body


def _encode_requests(load: Load, number: int) -> Iterator[bytes]:
    """Yield the requests of a connection: every n-th path, so that no two connections share one if there are enough."""
    method, body = ("GET", b"") if load.body is None else ("POST", load.body.encode())
    headers = {"Host": f"127.0.0.1:{load.port}", "Authorization": f"Bearer {TOKEN}", **load.headers}
    if body:
        headers |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    for path in load.paths[number :: load.connections] or load.paths:
        yield f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body


def _content_length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


def run(load: Load) -> Outcome:
    """Send a load from this process."""
    selector, latencies, failures = DefaultSelector(), list[float](), 0
    for number in range(load.connections):
        connection = Connection(load, number)
        selector.register(connection.socket, EVENT_READ, connection)
        connection.send_next()
    began = now = perf_counter()
    waiting, remaining = load.connections, load.requests - load.connections
    while waiting:
        if not (ready := selector.select(TIMEOUT_SECONDS)):
            raise TimeoutError("The server does not answer.")
        for key, _ in ready:
            connection = key.data
            if not (response := connection.receive()):
                continue
            now = perf_counter()
            if load.expects(*response):
                latencies.append(now - connection.started)
            else:
                failures += 1
            if remaining > 0 and now - began < load.seconds:
                remaining -= 1
                connection.send_next()
            else:
                waiting -= 1
                selector.unregister(connection.socket)
                connection.socket.close()
    return Outcome(now - began, latencies, failures)


if __name__ == "__main__":
    print(json.dumps(asdict(run(Load(**json.load(sys.stdin))))))
