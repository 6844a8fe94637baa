"""Clients that check in over HTTP, each with an Idempotency-Key that it repeats until it is acknowledged."""

import http.client
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

from eventsourcing.persistence import StoredEvent

from okr_events.event_log.integrity_check import LogVerifier
from tests.projections.view_reader import all_rows
from tests.torture.open_stores import open_views
from tests.torture.processes import PATIENCE, wait_until
from tests.torture.served import Served
from tests.torture.test_writers import read_all_events

WRITERS = 4
PREFIX = "urn:okr-events:problem:"


class HttpWriters:
    """`acknowledged` holds key, path, body and answer of each check-in; `problems` counts the codes of refusals."""

    def __init__(self, server: Served) -> None:
        self.server = server
        self.key_results = server.record_key_results(WRITERS)
        self.acknowledged: list[tuple[str, str, Any, Any]] = []
        self.problems: Counter[str] = Counter()
        self._end = Event()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write until the end of the `with`, and then until every check-in is acknowledged."""
        with ThreadPoolExecutor(WRITERS) as pool:
            writers = [pool.submit(self._write, id) for id in self.key_results]
            try:
                yield
            finally:
                self._end.set()
            for writer in writers:
                writer.result()

    def _write(self, key_result: str) -> None:
        number = 0
        while not self._end.is_set():
            number += 1
            body = {"value": str(number), "note": f"Number {number}"}
            self._send_until_acknowledged(f"/v1/key-results/{key_result}/check-ins", body)

    def _send_until_acknowledged(self, path: str, body: Any) -> None:
        key, deadline = str(uuid4()), monotonic() + PATIENCE
        while monotonic() < deadline:
            try:
                status, answer = self.server.call("POST", path, body, key=key)
            except (OSError, http.client.HTTPException):  # a worker was killed
                self.problems["no answer"] += 1
                continue
            if status == 201:
                self.acknowledged.append((key, path, body, answer))
                return
            assert status == 503, (status, answer)
            self.problems[answer["type"].removeprefix(PREFIX)] += 1
        raise TimeoutError(key)

    def wait_for_more(self, count: int = 5 * WRITERS) -> None:
        """Wait until so many more check-ins are acknowledged."""
        before = len(self.acknowledged)
        wait_until(lambda: len(self.acknowledged) >= before + count)

    def wait_for_refusals(self, codes: set[str], count: int = WRITERS) -> None:
        """Wait until so many more check-ins are refused with one of these codes."""
        before = sum(self.problems[code] for code in codes)
        wait_until(lambda: sum(self.problems[code] for code in codes) >= before + count)

    def assert_keys_replay_answers(self) -> None:
        for key, path, body, first in self.acknowledged:
            status, again = self.server.call("POST", path, body, key=key)
            assert (status, again["id"], again["position"]) == (201, first["id"], first["position"])


def assert_nothing_lost(writers: HttpWriters) -> None:
    """Each acknowledged check-in is one event; the log verifies, and the views equal a rebuild."""
    stores = writers.server.open_stores()
    try:
        events = {event.position: event for event in read_all_events(stores.log)}
        for _, path, body, answer in writers.acknowledged:
            found = events[answer["position"]]
            event = stores.okrs.mapper.to_domain_event(
                StoredEvent(found.originator_id, found.originator_version, found.topic, found.state)
            )
            assert (str(event.originator_id), event.check_in_id) == (path.split("/")[3], UUID(answer["id"]))
            assert str(event.value) == body["value"]
        recorded = [event for event in events.values() if event.topic == "KeyResult.CheckedIn"]
        assert len(recorded) == len(writers.acknowledged)
        assert not list(LogVerifier(stores.log, stores.okrs.mapper).find_faults())
        stores.views.catch_up()
        anew = open_views(writers.server.url or str(writers.server.folder), stores.okrs, "anew")
        anew.rebuild()
        with stores.views.connect() as one, anew.connect() as other:
            assert all_rows(one) == all_rows(other)
        anew.engine.dispose()
    finally:
        stores.close()
