"""Live feeds: server-sent events that follow the log, which is polled about once a second.

A waiting feed holds no connection to any store. A feed ends after some minutes (clients resume it with `Last-Event-ID`), when
its client disconnects, or when its token is no longer valid.
"""

import signal
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from selectors import EVENT_READ, DefaultSelector
from ssl import SSLSocket
from threading import BoundedSemaphore
from time import monotonic, sleep
from types import FrameType

import orjson
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from api.representations.event_feed import Batch, FilteredFeed
from okr_events.domain.errors import Unavailable

POLL_SECONDS = 1.0
HEARTBEAT_SECONDS = 15.0
MAX_STREAM_SECONDS = 300.0
STOP_SIGNALS = (signal.SIGTERM, signal.SIGQUIT, signal.SIGINT)
SignalHandler = Callable[[int, FrameType | None], object]
RETRY_FIELD = b"retry: 1000\n\n"
"""Clients reconnect after this many milliseconds."""


class TooManyFeeds(Unavailable):
    code = "too-many-feeds"
    title = "This process has no free live feed. Read pages instead, or try again in a moment."


class StreamSlots:
    """Limits the number of live feeds of a process; `closing` ends them."""

    def __init__(self, number: int) -> None:
        self._semaphore = BoundedSemaphore(number) if number else None
        self.closing = False

    def acquire(self) -> Callable[[], None]:
        """Take a slot and return the function that frees it; only its first call has an effect. Raises `TooManyFeeds`."""
        if self._semaphore is None or not self._semaphore.acquire(blocking=False):
            raise TooManyFeeds
        slot = ExitStack()
        slot.callback(self._semaphore.release)
        return slot.close


def close_on_signals(slots: StreamSlots) -> None:
    """End the feeds on a stop signal, so that the process does not wait for them; earlier handlers still run."""
    for number in STOP_SIGNALS:
        signal.signal(number, _shutdown_handler(slots, signal.getsignal(number)))


def _shutdown_handler(slots: StreamSlots, earlier: SignalHandler | int | None) -> SignalHandler:
    def close(number: int, frame: FrameType | None) -> None:
        slots.closing = True
        if callable(earlier):
            earlier(number, frame)

    return close


def client_socket(environ: Mapping[str, object]) -> socket.socket | None:
    """The socket of a request's client, where it has a plain one."""
    client = environ.get("gunicorn.socket")
    return client if isinstance(client, socket.socket) and not isinstance(client, SSLSocket) else None


def stream_events(
    feed: FilteredFeed, *, after: int, is_open: Callable[[], bool], connection: socket.socket | None
) -> Iterator[bytes]:
    """The feed as server-sent events, until `is_open` is false or its client disconnects."""
    yield RETRY_FIELD
    sent_at = monotonic()
    ends_at = sent_at + MAX_STREAM_SECONDS
    with suppress(Unavailable, OperationalError, PoolTimeout):
        while monotonic() < ends_at and is_open():
            head = feed.stores.log.head().position
            batch = feed.read_batch(after=after, upto=head) if head > after else Batch([], after)
            after = batch.upto
            if batch.events or monotonic() - sent_at >= HEARTBEAT_SECONDS:
                yield _encode_batch(batch)
                sent_at = monotonic()
            elif _wait_until_poll(connection):
                return


def _encode_batch(batch: Batch) -> bytes:
    """The events, then a comment with the position reached: an id without data only moves `Last-Event-ID`."""
    events = [
        b"id: %s\nevent: %s\ndata: %s\n\n" % (event["id"].encode(), event["type"].encode(), orjson.dumps(event))
        for event in batch.events
    ]
    return b"".join([*events, b": still here\nid: %d\n\n" % batch.upto])


def _wait_until_poll(connection: socket.socket | None) -> bool:
    """Wait for the next poll; returns whether the client closed its side meanwhile."""
    with DefaultSelector() as selector:
        if connection:
            selector.register(connection, EVENT_READ)
        events = selector.select(POLL_SECONDS)
    if connection and events and _is_closed(connection):
        return True
    sleep(POLL_SECONDS if events else 0)
    return False


def _is_closed(connection: socket.socket) -> bool:
    try:
        return not connection.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        return True
