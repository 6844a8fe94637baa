"""Many concurrent writers, some killed: no acknowledged event is lost or duplicated, and readers see all in order."""

import json
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import pytest

from tests.projections.view_reader import all_rows
from tests.torture.json_lines import append_line, read_lines
from tests.torture.open_stores import open_views, place_of
from tests.torture.processes import Processes, processes, wait_until

WRITERS = 6


@dataclass
class WriterRun:
    """Six writers, a tailing reader and two followers of the same views; `kills` counts the killed processes."""

    organisation: Any
    place: str
    folder: Path
    count: int
    running: Processes
    kills: int = 0
    writers: dict[int, Any] = field(default_factory=dict)

    def start_all(self) -> None:
        self.shared_key_result = self.organisation.key_result("shared")
        self.own_key_results = [self.organisation.key_result(f"own {number}") for number in range(WRITERS)]
        self.stop = self.folder / "stop"
        self.readers = [self.running.start("tailing_reader", self.place, self.folder / "tail", self.stop)]
        self.readers += [self.follow() for _ in range(2)]
        for number in range(WRITERS):
            self.write(number)

    def write(self, number: int) -> None:
        ids = (self.own_key_results[number], self.shared_key_result, self.organisation.intent.actor)
        self.writers[number] = self.running.start("writer", self.place, number, self.count, self.path(number), *ids)

    def follow(self) -> Any:
        return self.running.start("follower", self.place, "followed", self.stop)

    def kill_follower(self) -> None:
        follower = self.readers.pop()
        follower.kill()
        follower.wait()
        self.readers.append(self.follow())

    def path(self, number: int) -> Path:
        return self.folder / f"told {number}"

    def read_answers(self, number: int) -> list[Any]:
        return read_lines(self.path(number))

    def kill(self, number: int, *, after: int) -> None:
        """Kill a writer after this many answers, whatever it is doing."""
        wait_until(lambda: len(self.read_answers(number)) >= after or self.writers[number].poll() is not None)
        if self.writers[number].poll() is None:
            self.writers[number].kill()
            self.kills += 1
        self.writers[number].wait()

    def stop_all(self, *, killed: set[int]) -> None:
        codes = {number: writer.wait() for number, writer in self.writers.items() if number not in killed}
        assert set(codes.values()) == {0}
        append_line(self.stop, position=self.organisation.okrs.log_recorder.head().position)
        assert [reader.wait() for reader in self.readers] == [0, 0, 0]


@pytest.fixture
def writer_run(store, organisation, tmp_path):
    with processes() as running:
        yield lambda count: WriterRun(organisation, place_of(store), tmp_path, count, running)


@pytest.mark.slow
def test_writers_killed_or_not_lose_nothing_and_repeat_nothing(writer_run, store):
    fought = writer_run(40)
    fought.start_all()
    fought.kill(0, after=11)
    fought.write(0)
    fought.kill(1, after=29)
    fought.stop_all(killed={1})
    assert_all_invariants(fought, store)


@pytest.mark.torture
def test_many_writers_killed_again_and_again_lose_nothing_and_repeat_nothing(writer_run, store):
    fought, chance = writer_run(500), Random(7)  # noqa: S311 - no secret
    fought.start_all()
    for after in sorted(chance.sample(range(10, 480), 24)):
        victim = chance.randrange(2)
        fought.kill(victim, after=after)
        fought.write(victim)
        fought.kill_follower()
    fought.stop_all(killed=set())
    assert_all_invariants(fought, store)


def assert_all_invariants(fought, store):
    events = read_all_events(store.log)
    told = [answer for number in range(WRITERS) for answer in fought.read_answers(number)]
    assert_log_is_whole(events, store.log.head())
    assert_no_answer_lost(told, {event.position: event for event in events})
    assert_keys_replay_answers(told, store, fought.organisation)
    assert_nothing_recorded_twice(told, events, fought.kills)
    assert_tail_in_order(fought.folder / "tail", events)
    assert_views_equal_rebuild(fought, store)
    refused = Counter(answer["refused"] for answer in told if "refused" in answer)
    print(f"{store.engine}: {len(events)} events, {len(told)} told, {dict(refused)} refused, {fought.kills} kills")  # noqa: T201


def read_all_events(log):
    events = []
    while page := log.events_after(after=len(events), limit=500):
        events += page
    return events


def assert_log_is_whole(events, head):
    """Positions have no gap, times rise, and every chain link follows from 32 zero bytes."""
    assert [event.position for event in events] == list(range(1, head.position + 1))
    assert all(earlier.recorded_at < later.recorded_at for earlier, later in pairwise(events))
    chain = bytes(32)
    for e in events:
        line = f"{e.position}\n{e.recorded_at}\n{e.originator_id}\n{e.originator_version}\n{e.topic}\n".encode()
        chain = sha256(chain + sha256(b"\x00" + line + e.state + b"\n" + e.envelope).digest()).digest()
        assert e.chain == chain
    assert chain == head.chain


def assert_no_answer_lost(told, by_position):
    for answer in (answer for answer in told if "position" in answer):
        event = by_position[answer["position"]]
        state = json.loads(event.state)
        assert (event.topic, str(event.originator_id)) == ("KeyResult.CheckedIn", answer["on"])
        assert UUID(state["check_in_id"]["_data_"]) == UUID(answer["id"])
        assert correlation_of(event) == uuid5(NAMESPACE_OID, answer["key"])
        assert answer.get("same_again", True)


def assert_keys_replay_answers(told, store, organisation):
    for answer in (answer for answer in told if "position" in answer):
        key = answer["key"]
        hashed = store.register.idempotency_key(
            organisation.intent.actor, key, method="POST", path=answer["on"], body=key.encode()
        )
        again = store.log.find_result(hashed)
        assert (again.position, str(again.id), again.replayed) == (answer["position"], answer["id"], True)


def assert_nothing_recorded_twice(told, events, kills):
    """Each key has one event; refused check-ins are missing; unacknowledged ones were in progress at a kill."""
    recorded = Counter(correlation_of(event) for event in events if event.topic == "KeyResult.CheckedIn")
    assert set(recorded.values()) == {1}
    answered = {uuid5(NAMESPACE_OID, answer["key"]) for answer in told if "position" in answer}
    refused = {uuid5(NAMESPACE_OID, answer["key"]) for answer in told if "refused" in answer}
    assert not refused & recorded.keys()
    assert answered <= recorded.keys()
    assert len(recorded.keys() - answered) <= kills


def correlation_of(event):
    return UUID(json.loads(event.envelope)["correlation_id"])


def assert_tail_in_order(path, events):
    assert path.read_text().splitlines() == [f"{event.position} {event.chain.hex()}" for event in events]


def assert_views_equal_rebuild(fought, store):
    followed, anew = (open_views(fought.place, fought.organisation.okrs, name) for name in ("followed", "anew"))
    assert followed.tracked_head().chain == store.log.head().chain
    anew.rebuild()
    with followed.connect() as one, anew.connect() as other:
        assert all_rows(one) == all_rows(other)
    for views in (followed, anew):
        views.engine.dispose()
