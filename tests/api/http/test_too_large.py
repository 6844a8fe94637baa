"""A real server reads enough of a body that is too large for the client to get the response."""

import http.client
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

ROOT = Path(__file__).parents[3]
TOKEN = "a-token-of-this-test-only"
LARGE = b'{"name": "' + b"x" * (11 * 1_048_576) + b'"}'


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The address of a gunicorn of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    environment = {"PATH": os.environ["PATH"], "OKR_DATA_DIR": str(tmp_path_factory.mktemp("data")), "OKR_ADMIN_TOKEN": TOKEN}
    command = [sys.executable, "-m", "gunicorn", "wsgi:app", "-b", f"127.0.0.1:{port}", "-k", "gthread", "--threads", "4"]
    log = tmp_path_factory.mktemp("log") / "server.log"
    with (
        log.open("wb") as output,
        subprocess.Popen([*command, "--no-control-socket"], cwd=ROOT, env=environment, stdout=output, stderr=output) as server,
    ):
        try:
            _wait_for(port, server)
            yield port
        finally:
            server.terminate()


def _wait_for(port: int, server: subprocess.Popen[bytes], seconds: float = 60) -> None:
    deadline = monotonic() + seconds
    while monotonic() < deadline and server.poll() is None:
        try:
            if send_request(port, "GET", "/health/ready")[0] == 200:
                return
        except OSError:
            sleep(0.1)
    raise TimeoutError("the server did not start")


def send_request(port, method, path, body=None, *, chunked=False, **headers):
    """Send a whole request, then read status, headers and JSON of the response."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        sent = (body[start : start + 65_536] for start in range(0, len(body), 65_536)) if chunked else body
        named = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
        connection.request(method, path, sent, named, encode_chunked=chunked)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), json.loads(answer.read())
    finally:
        connection.close()


@pytest.mark.parametrize("chunked", [False, True])
def test_the_sender_of_11_mib_reads_a_problem_and_no_reset(port, chunked):
    for _ in range(3):
        status, headers, problem = send_request(
            port, "POST", "/v1/units", LARGE, chunked=chunked, Authorization=f"Bearer {TOKEN}"
        )
        assert (status, problem["status"]) == (413, 413), problem
        assert headers["Content-Type"] == "application/problem+json"
        assert str(1_048_576) in problem["detail"]


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("size", [1_000_000, len(LARGE)])
def test_a_stranger_who_sends_much_reads_401(port, chunked, size):
    status, _, problem = send_request(port, "POST", "/v1/units", LARGE[:size], chunked=chunked)
    assert (status, problem["status"]) == (401, 401)


def test_a_body_in_broken_chunks_is_a_problem_too(port):
    head = f"POST /v1/units HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(head.encode() + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n")
        answer = connection.recv(65_536)
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"application/problem+json" in answer


def test_the_next_request_is_answered_as_ever(port):
    status, _, unit = send_request(
        port, "POST", "/v1/units", b'{"name": "Tech", "level": "company"}', Authorization=f"Bearer {TOKEN}"
    )
    assert (status, unit["position"]) == (201, 1)
    assert send_request(port, "GET", "/health/live")[0] == 200
