"""Deadlines of a client's connection, measured on a pair of sockets with short allowances."""

import socket
from time import monotonic

import pytest

from api.http import worker
from api.http.request_gate import RequestTimedOut
from api.http.worker import ClientSocket

SECONDS = 0.2


@pytest.fixture
def pair(monkeypatch):
    """The server's end of a connection, and the client's."""
    monkeypatch.setattr(worker, "RECEIVE_SECONDS", SECONDS)
    monkeypatch.setattr(worker, "SEND_SECONDS", SECONDS)
    ours, theirs = socket.socketpair()
    server = ClientSocket(fileno=ours.detach())
    server.begin_request()
    with server, theirs:
        yield server, theirs


def test_a_client_that_reads_nothing_is_gone_after_its_seconds(pair):
    server, _ = pair
    began = monotonic()
    with pytest.raises(BrokenPipeError):
        server.sendall(b"x" * 10_000_000)
    assert SECONDS <= monotonic() - began < 30
    assert server.expired


def test_a_client_that_sends_nothing_times_out(pair):
    server, _ = pair
    with pytest.raises(RequestTimedOut):
        server.recv(100)


def test_a_client_that_sends_a_byte_at_a_time_gains_no_time(pair):
    server, client = pair
    server.receiving.seconds = 0.0
    client.sendall(b"x" * 100)
    with pytest.raises(RequestTimedOut):
        [server.recv(1) for _ in range(101)]
    assert server.receiving.seconds < SECONDS


def test_bytes_that_move_give_back_the_seconds_that_were_used_and_no_more(pair):
    server, client = pair
    server.receiving.seconds = SECONDS / 2
    client.sendall(b"x" * worker.MIN_BYTES_PER_SECOND)
    received = 0
    while received < worker.MIN_BYTES_PER_SECOND:
        received += len(server.recv(65_536))
    assert server.receiving.seconds == SECONDS


def test_a_new_request_has_all_of_its_seconds(pair):
    server, _ = pair
    server.receiving.seconds = server.sending.seconds = 0
    server.begin_request()
    assert server.receiving.seconds == server.sending.seconds == SECONDS


def test_a_limit_of_the_socket_itself_holds_too(pair):
    server, client = pair
    server.settimeout(0.01)
    with pytest.raises(RequestTimedOut):
        server.recv(1)
    assert server.gettimeout() == 0.01
    server.settimeout(0)
    with pytest.raises(BlockingIOError):
        server.recv(1)
    client.sendall(b"x")
    assert server.recv(1, socket.MSG_PEEK) == b"x"
