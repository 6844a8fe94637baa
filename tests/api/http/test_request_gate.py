"""The gate before the application: places are for requests that are being answered, and liveness needs none."""

from threading import Event, Thread

import pytest
from werkzeug.test import Client, run_wsgi_app
from werkzeug.test import create_environ as request_for

from api.http.request_gate import RequestGate


@pytest.fixture
def gate():
    """A gate with one place, the event that ends every answer at `/slow`, and the event that one has begun."""
    begun, may_end = Event(), Event()

    def application(environ, start_response):
        if environ["PATH_INFO"] == "/slow":
            begun.set()
            may_end.wait()
        start_response("200 OK", [])
        return [b"a", b"b"]

    return RequestGate(application, places=1, largest_body=100), begun, may_end


def test_the_check_of_liveness_waits_for_no_place(gate):
    gated, begun, may_end = gate
    slow = Thread(target=Client(gated).get, args=("/slow",))
    slow.start()
    begun.wait()
    assert not gated.places.acquire(blocking=False)
    live = Thread(target=Client(gated).get, args=("/health/live",))
    live.start()
    live.join(timeout=10)
    waits = live.is_alive()
    may_end.set()
    slow.join()
    live.join()
    assert not waits


def test_an_answer_that_is_being_read_takes_no_place(gate):
    gated, _, _ = gate
    chunks, _, _ = run_wsgi_app(gated, request_for("/"))
    assert next(iter(chunks)) == b"a"
    assert gated.places.acquire(blocking=False)
