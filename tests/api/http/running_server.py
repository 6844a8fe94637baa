"""Requests as bytes to a server of its own process, which runs as `okr serve` and the demonstration do."""

import json
import socket
from typing import Any


def exchange(port: int, data: bytes, *, timeout: float = 60) -> tuple[int, dict[str, str], bytes]:
    """Send bytes and read until the server closes: the status, the headers in small letters, the body."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
        connection.sendall(data)
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return int(first.split()[1]), headers, body


def request(path: str, *lines: str, method: str = "GET") -> bytes:
    """The head of a request after which the server closes."""
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: x", "Connection: close", *lines, "", ""]).encode("latin-1")


def read_problem(answer: tuple[int, dict[str, str], bytes]) -> dict[str, Any]:
    status, headers, body = answer
    assert headers["content-type"] == "application/problem+json", answer
    problem: dict[str, Any] = json.loads(body)
    assert problem["status"] == status
    return problem
