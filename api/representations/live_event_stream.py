"""Live feeds: server-sent events that follow the log, a look at its head about once a second.

A feed waits without a connection to any store, ends by itself after some minutes (whoever follows it comes back with
`Last-Event-ID`), when its client has gone, or when its token no longer opens the door.
"""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from selectors import EVENT_READ, DefaultSelector
from threading import BoundedSemaphore
from time import monotonic, sleep
from typing import Any

import orjson
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from api.http.context import stores
from api.representations.event_feed import Batch, FilteredFeed
from okr_events.domain.errors import Unavailable

POLL_SECONDS = 1.0
HEARTBEAT_SECONDS = 15.0
MAX_STREAM_SECONDS = 300.0
SEND_TIMEOUT = 30.0
"""A client that takes in nothing for so long has gone."""
STOP_SIGNALS = (signal.SIGTERM, signal.SIGQUIT, signal.SIGINT)
RETRY_FIELD = b"retry: 1000\n\n"
"""Clients come back after this many milliseconds."""


class TooManyFeeds(Unavailable):
    code = "too-many-feeds"
    title = "As many live feeds as this process takes are open: read pages instead, or come back in a moment."


class StreamSlots:
    """How many live feeds a process takes at a time, and whether it is about to stop."""

    def __init__(self, number: int) -> None:
        self._semaphore = BoundedSemaphore(number) if number else None
        self.closing = False

    def acquire(self) -> Callable[[], None]:
        """Take a place and give what frees it, once, however often it is called. Raises `TooManyFeeds`."""
        if self._semaphore is None or not self._semaphore.acquire(blocking=False):
            raise TooManyFeeds
        held = ExitStack()
        held.callback(self._semaphore.release)
        return held.close


def close_on_signals(places: StreamSlots) -> None:
    """End the feeds when the process is told to stop, so that it need not wait for them; its own handlers still run."""
    for number in STOP_SIGNALS:
        signal.signal(number, _shutdown_handler(places, signal.getsignal(number)))


def _shutdown_handler(places: StreamSlots, before: Any) -> Callable[[int, Any], None]:
    def close(number: int, frame: Any) -> None:
        places.closing = True
        if callable(before):
            before(number, frame)

    return close


def set_send_timeout(environ: dict[str, Any]) -> socket.socket | None:
    """The connection of a request, from now on closed when its client takes in nothing for too long."""
    wire = environ.get("gunicorn.socket")
    connection = wire if type(wire) is socket.socket else None
    if connection:
        connection.settimeout(SEND_TIMEOUT)
    return connection


def stream_events(
    feed: FilteredFeed, *, after: int, welcome: Callable[[], bool], connection: socket.socket | None
) -> Iterator[bytes]:
    """The feed as server-sent events, for as long as its client is `welcome` and there."""
    yield RETRY_FIELD
    ends = monotonic() + MAX_STREAM_SECONDS
    said = monotonic()
    with suppress(Unavailable, OperationalError, PoolTimeout):
        while monotonic() < ends and welcome():
            head = stores().log.head().position
            batch = feed.read_batch(after=after, upto=head) if head > after else Batch([], after)
            after = batch.upto
            if batch.events or monotonic() - said >= HEARTBEAT_SECONDS:
                yield _encode_batch(batch)
                said = monotonic()
            elif _wait_until_poll(connection):
                return


def _encode_batch(batch: Batch) -> bytes:
    """The events, then a comment with the position reached: an id without data moves `Last-Event-ID` and nothing else."""
    events = [
        b"id: %s\nevent: %s\ndata: %s\n\n" % (event["id"].encode(), event["type"].encode(), orjson.dumps(event))
        for event in batch.events
    ]
    return b"".join([*events, b": still here\nid: %d\n\n" % batch.upto])


def _wait_until_poll(connection: socket.socket | None) -> bool:
    """Wait for the next look; whether the client has closed its side meanwhile."""
    with DefaultSelector() as selector:
        if connection:
            selector.register(connection, EVENT_READ)
        heard = selector.select(POLL_SECONDS)
    if connection and heard and _is_closed(connection):
        return True
    sleep(POLL_SECONDS if heard else 0)
    return False


def _is_closed(connection: socket.socket) -> bool:
    try:
        return not connection.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        return True
