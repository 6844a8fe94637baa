"""The gate before the application: a request takes one of few places when it has arrived, until its answer is sent."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from io import BytesIO
from threading import BoundedSemaphore
from time import monotonic
from typing import NoReturn
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from gunicorn.http.errors import ParseException

MAX_DRAINED_BYTES = 16 * 1_048_576
MAX_DRAIN_SECONDS = 10.0
CHUNK = 65_536
LIVENESS = "/health/live"


class RequestTimedOut(ParseException):
    """The request did not arrive in time."""


class RequestGate:
    """Answers at most `places` requests at a time. Neither a body that arrives nor an answer that is read takes a place.

    The check of liveness needs none: it says that the process responds, also when it has much to do.
    """

    def __init__(self, application: WSGIApplication, *, places: int, largest_body: int) -> None:
        self.application = application
        self.places = BoundedSemaphore(places)
        self.largest_body = largest_body

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("wsgi.input_terminated"):
            receive_body(environ, self.largest_body)
        if environ["PATH_INFO"] == LIVENESS:
            return self.application(environ, start_response)
        with self.places:
            chunks = self.application(environ, start_response)
        return GatedChunks(chunks, self.places)


class GatedChunks:
    """The chunks of a response; each takes a place while it is made."""

    def __init__(self, chunks: Iterable[bytes], place: AbstractContextManager[object]) -> None:
        self.chunks = chunks
        self.iterator = iter(chunks)
        self.place = place

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        with self.place:
            return next(self.iterator)

    def close(self) -> None:
        if close := getattr(self.chunks, "close", None):
            close()


class UnreadableBody:
    """A body that raises what its reading raised, where the application can answer it."""

    def __init__(self, error: ParseException) -> None:
        self.error = error

    def read(self, _: int = -1, /) -> NoReturn:
        raise self.error


def receive_body(environ: WSGIEnvironment, largest_body: int) -> None:
    """Replace the body by its bytes, one more than allowed at most, and read over the rest, within bounds.

    So a client that sends too much reads the answer instead of a reset.
    """
    body, remaining = environ["wsgi.input"], MAX_DRAINED_BYTES
    try:
        environ["wsgi.input"] = BytesIO(body.read(largest_body + 1))
        ends_at = monotonic() + MAX_DRAIN_SECONDS
        while remaining > 0 and monotonic() < ends_at and (chunk := body.read(CHUNK)):
            remaining -= len(chunk)
    except ParseException as error:
        environ["wsgi.input"] = UnreadableBody(error)
