"""The worker of gunicorn's threaded kind that lets no client hold it: each direction of a connection has a deadline.

A connection waits without a thread until its first byte is there. While a request arrives or an answer is read it holds one of
the worker's many threads, but none of the few places where requests are answered (`RequestGate`).
"""

import errno
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from selectors import EVENT_READ
from time import monotonic

from gunicorn import util
from gunicorn.http.message import Request
from gunicorn.workers.gthread import TConn, ThreadWorker

from api.http.problems import unparsed_request_problem
from api.http.request_gate import RequestTimedOut

FIRST_BYTE_SECONDS = 10.0
RECEIVE_SECONDS = 15.0
SEND_SECONDS = 30.0
MIN_BYTES_PER_SECOND = 16_384
"""What a client must send or read so as not to use up its seconds."""
PIECE = 65_536
NO_LINGER = struct.pack("ii", 1, 0)


class Allowance:
    """The seconds that a client may keep the server waiting in one direction; what it moves gives back what it used."""

    def __init__(self, seconds: float) -> None:
        self.most = self.seconds = seconds

    @contextmanager
    def spend(self, connection: socket.socket) -> Iterator[None]:
        """Bound an operation on a socket by the seconds that are left, or by the socket's own limit. Raises `TimeoutError`."""
        limit, began = connection.gettimeout(), monotonic()
        connection.settimeout(max(min(self.seconds, limit or self.seconds), 0.001))
        try:
            yield
        finally:
            self.seconds -= monotonic() - began
            connection.settimeout(limit)

    def add(self, size: int) -> None:
        self.seconds = min(self.most, self.seconds + size / MIN_BYTES_PER_SECOND)


class ClientSocket(socket.socket):
    """A client's socket, with an allowance for each direction of each request."""

    expired = False

    def begin_request(self) -> None:
        self.receiving, self.sending = Allowance(RECEIVE_SECONDS), Allowance(SEND_SECONDS)

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Receive. Raises `RequestTimedOut`."""
        if flags or self.gettimeout() == 0:
            return super().recv(size, flags)
        try:
            with self.receiving.spend(self):
                received = super().recv(size)
        except TimeoutError:
            raise RequestTimedOut("The request did not arrive in time.") from None
        self.receiving.add(len(received))
        return received

    def sendall(self, data: bytes, flags: int = 0, /) -> None:  # type: ignore[override]
        """Send in pieces. Raises `BrokenPipeError`, as for a client that is gone."""
        whole = memoryview(data)
        try:
            for start in range(0, len(whole), PIECE):
                piece = whole[start : start + PIECE]
                with self.sending.spend(self):
                    super().sendall(piece, flags)
                self.sending.add(len(piece))
        except TimeoutError:
            self.expired = True
            raise BrokenPipeError(errno.EPIPE, "The client reads too slowly.") from None


class ClientConnection(TConn):
    """A connection whose thread closes it: waiting for the client's own end would stop the main thread."""

    def close(self, graceful: bool = False) -> None:  # noqa: FBT001, FBT002 - gunicorn's signature
        if self.sock.fileno() == -1:
            return
        if self.sock.expired:  # a reset: what the client does not read is thrown away
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        super().close(graceful=graceful and not self.sock.expired)


class DeadlineWorker(ThreadWorker):
    def accept(self, listener: socket.socket) -> None:
        """Accept a connection, which waits for its first byte without a thread."""
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno not in {errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK}:
                raise
            return
        self.nr_conns += 1
        connection = ClientConnection(self.cfg, ClientSocket(fileno=client.detach()), address, listener.getsockname())
        connection.timeout = monotonic() + FIRST_BYTE_SECONDS
        self.pending_conns.append(connection)
        self.poller.register(connection.sock, EVENT_READ, partial(self.on_pending_socket_readable, connection))

    def handle(self, conn: ClientConnection) -> object:
        conn.sock.begin_request()
        keep = super().handle(conn)
        if keep is False:
            conn.close(graceful=True)
        return keep

    def handle_error(self, req: Request | None, client: socket.socket, addr: object, exc: Exception) -> None:
        """Answer a request that gunicorn cannot parse, or an error outside the application, with a problem."""
        response = unparsed_request_problem(getattr(req, "path", None) or "/", exc)
        log = self.log.warning if response.status_code < 500 else self.log.exception  # noqa: PLR2004 - server errors
        log("Refused a request from %s with %d: %s", addr, response.status_code, exc)
        head = f"HTTP/1.1 {response.status}\r\nConnection: close\r\n{response.headers}"
        try:
            util.write(client, head.encode("latin-1") + response.data)
        except OSError as error:
            self.log.debug("The refusal was not sent: %s", error)
