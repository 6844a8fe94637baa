"""Stores that the first request opens, one attempt at a time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from weakref import ref

import pytest

from api.operations import lazy_stores
from api.operations.lazy_stores import LazyStores, StoresUnavailable
from api.operations.stores import StoreMissing
from okr_events.domain.errors import LogUnwritable


def test_parallel_first_requests_open_the_stores_once():
    opened, start = [], Barrier(8)
    stores = LazyStores(lambda: opened.append("stores") or opened)

    def ask(_):
        start.wait()
        return stores()

    with ThreadPoolExecutor(8) as pool:
        assert all(answer is opened for answer in pool.map(ask, range(8)))
    assert opened == ["stores"]


@pytest.mark.parametrize("error", [OSError("locked"), StoreMissing("no register"), RuntimeError("anything")])
def test_stores_that_cannot_be_opened_are_tried_again_after_a_pause(monkeypatch, error):
    attempts = []

    def open_stores():
        attempts.append(1)
        if len(attempts) == 1:
            raise error
        return attempts

    stores = LazyStores(open_stores)
    for _ in range(3):
        with pytest.raises(StoresUnavailable):
            stores()
    assert len(attempts) == 1
    monkeypatch.setattr(lazy_stores, "RETRY_SECONDS", 0)
    assert stores() is attempts
    assert stores() is attempts
    assert len(attempts) == 2


def test_a_process_that_opened_nothing_closes_nothing():
    LazyStores(lambda: pytest.fail("nobody asked")).close()


def test_a_failure_keeps_nothing_open_while_the_next_attempt_runs(monkeypatch):
    """SQLite's connections share their memory: one that a traceback keeps makes the next ones as read-only as itself."""
    monkeypatch.setattr(lazy_stores, "RETRY_SECONDS", 0)
    connections, alive = [], []

    class Connection:
        pass

    def open_stores():
        alive.append([each for each in connections if each() is not None])
        connection = Connection()
        connections.append(ref(connection))
        raise LogUnwritable

    stores = LazyStores(open_stores)
    for _ in range(3):
        with pytest.raises(LogUnwritable):
            stores()
    assert alive == [[], [], []]
