"""Concurrent commands never break a constraint."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import partial
from graphlib import TopologicalSorter
from itertools import chain, pairwise
from random import Random
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest

from okr_events.domain.alignment import Alignment, AlignmentKind
from okr_events.domain.errors import CircularContribution, IdempotencyKeyReused, NameTaken, Refused, VersionConflict
from okr_events.domain.key_result import KeyResult
from okr_events.domain.unit import Unit
from okr_events.domain.values import Level, Perspective
from okr_events.event_log.constraints import AddEdge, Claim
from okr_events.event_log.idempotency import DuplicateRequest, IdempotencyKey

ROUNDS = 8


def run_concurrently(*commands: Callable[[], Any]) -> list[Any]:
    """Start all commands at the same moment; return the result or the error of each."""
    start = Barrier(len(commands))

    def run(command: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return command()
        except (Refused, IdempotencyKeyReused, DuplicateRequest) as refused:
            return type(refused)

    with ThreadPoolExecutor(len(commands)) as threads:
        return list(threads.map(run, commands))


def edge(child, parent):
    return [AddEdge("contribution", child, parent, uuid4(), CircularContribution)]


@pytest.fixture
def unit(okrs, intent):
    return lambda name, parent: okrs.create_unit(intent, name=name, level=Level.TEAM, parent_id=parent).id


@pytest.fixture
def company(okrs, intent):
    return okrs.create_unit(intent, name="Tech", level=Level.COMPANY).id


@pytest.fixture
def create_objective(okrs, intent):
    """Create an objective of a unit in the shared cycle."""
    cycle = okrs.create_cycle(intent, name="2026", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)).id
    return lambda unit: okrs.create_objective(intent, cycle_id=cycle, unit_id=unit, title="Goal").id


@pytest.fixture
def create_link(okrs, intent):
    return lambda child, parent: okrs.link(intent, child_id=child, parent_id=parent, kind=AlignmentKind.VERTICAL)


def test_three_edges_that_close_a_circle_are_never_all_recorded(append):
    for _ in range(ROUNDS):
        a, b, c = uuid4(), uuid4(), uuid4()
        results = run_concurrently(*(lambda ends=ends: append(constraints=edge(*ends)) for ends in ((a, b), (b, c), (c, a))))
        assert results.count(CircularContribution) == 1


def test_nor_when_no_two_of_them_touch(append):
    for _ in range(ROUNDS):
        ends = [(uuid4(), uuid4()) for _ in range(3)]
        for child, parent in ends:
            append(constraints=edge(child, parent))
        gaps = [(above, below) for (_, above), (below, _) in pairwise([*ends, ends[0]])]
        results = run_concurrently(*(lambda gap=gap: append(constraints=edge(*gap)) for gap in gaps))
        assert results.count(CircularContribution) == 1


def test_links_that_touch_no_objective_of_each_other_never_close_a_circle(
    okrs, intent, company, unit, create_objective, create_link
):
    reasoned = replace(intent, reason="A new order")
    high, low = unit("High", company), unit("Low", company)
    upper = unit("Upper", high)
    middle = unit("Middle", upper)
    okrs.move_unit(reasoned, high, parent_id=low)
    rounds = [
        (create_objective(high), create_objective(low), create_objective(middle), create_objective(upper))
        for _ in range(ROUNDS)
    ]
    for a, b, c, d in rounds:
        create_link(a, b)
        create_link(c, d)
    okrs.move_unit(reasoned, high, parent_id=company)
    okrs.move_unit(reasoned, low, parent_id=middle)
    for a, b, c, d in rounds:
        results = run_concurrently(lambda ends=(b, c): create_link(*ends), lambda ends=(d, a): create_link(*ends))
        assert results.count(CircularContribution) == 1


def test_moves_and_links_at_once_leave_trees_without_circles(store, okrs, intent, company, unit, create_objective, create_link):
    reasoned, random = replace(intent, reason="A new order"), Random(7)  # noqa: S311 - the same storm every time
    units = [unit(f"Team {n}", company) for n in range(3)]
    goals = [create_objective(id) for id in units]

    def storm():
        for _ in range(60):
            below, above = random.sample(units, 2)
            child, parent = random.sample(goals, 2)
            yield lambda below=below, above=above: okrs.move_unit(reasoned, below, parent_id=above)
            yield lambda child=child, parent=parent: create_link(child, parent)

    results = list(chain.from_iterable(run_concurrently(*batch) for batch in zip(*[storm()] * 4, strict=False)))
    assert any(hasattr(answer, "position") for answer in results)
    parents = {id: {okrs.load(Unit, id).parent_id} for id in units}
    linked = {e.originator_id for e in store.log.events_after(after=0) if e.topic == "Alignment.Linked"}
    contributions: dict[Any, set[Any]] = {}
    for alignment in (okrs.load(Alignment, id) for id in linked):
        contributions.setdefault(alignment.child_id, set()).add(alignment.parent_id)
    assert list(TopologicalSorter(parents).static_order())
    assert linked
    assert list(TopologicalSorter(contributions).static_order())


def test_two_units_moved_below_each_other_never_both_move(okrs, intent, company, unit):
    reasoned = replace(intent, reason="A new order")
    for n in range(ROUNDS):
        a, b = unit(f"A{n}", company), unit(f"B{n}", company)
        run_concurrently(
            lambda a=a, b=b: okrs.move_unit(reasoned, a, parent_id=b),
            lambda a=a, b=b: okrs.move_unit(reasoned, b, parent_id=a),
        )
        assert sorted(map(len, (okrs.lineage(a), okrs.lineage(b)))) == [2, 3]


def test_one_of_many_gets_the_name(append):
    for n in range(ROUNDS):
        claims = [[Claim("cycle", f"q{n}", uuid4())] for _ in range(4)]
        results = run_concurrently(*(lambda claim=claim: append(constraints=claim) for claim in claims))
        assert results.count(NameTaken) == 3


def test_one_of_many_gets_the_version(append):
    for _ in range(ROUNDS):
        stream = uuid4()
        results = run_concurrently(*[lambda stream=stream: append(stream=stream)] * 4)
        assert results.count(VersionConflict) == 3


def test_a_request_sent_many_times_at_once_is_recorded_once(okrs, intent, company, unit, create_objective):
    id = okrs.define_key_result(intent, create_objective(unit("Team", company)), title="Done", metric={"kind": "binary"}).id
    keyed = replace(intent, key=IdempotencyKey(b"key", b"request"))
    results = run_concurrently(*[lambda: okrs.check_in(keyed, id, status="on_track")] * 4)
    assert results.count(DuplicateRequest) == 3
    assert len(okrs.load(KeyResult, id).check_ins) == 1


def test_so_is_one_that_closes_what_it_is_about(okrs, intent, company, unit, create_objective):
    for n in range(ROUNDS):
        id = create_objective(unit(f"Team {n}", company))
        keyed = replace(intent, reason="The market moved", key=IdempotencyKey(b"key %d" % n, b"request"))
        results = run_concurrently(*[partial(okrs.cancel_objective, keyed, id)] * 4)
        assert results.count(DuplicateRequest) == 3


def test_a_key_result_is_cancelled_and_a_priority_retired_once(okrs, intent, company, unit, create_objective):
    reasoned, objective = replace(intent, reason="The market moved"), create_objective(unit("Team", company))
    horizon = (date(2026, 1, 1), date(2026, 12, 31))
    for _ in range(ROUNDS):
        measured = okrs.define_key_result(intent, objective, title="Done", metric={"kind": "binary"}).id
        priority = okrs.set_priority(intent, title="Lead", perspective=Perspective.CUSTOMER, horizon=horizon).id
        for end in (partial(okrs.cancel_key_result, reasoned, measured), partial(okrs.retire_priority, reasoned, priority)):
            results = run_concurrently(*[end] * 4)
            assert len([refused for refused in results if isinstance(refused, type)]) == 3


def test_check_ins_at_once_are_all_recorded(okrs, intent, company, unit, create_objective):
    id = okrs.define_key_result(intent, create_objective(unit("Team", company)), title="Done", metric={"kind": "binary"}).id
    run_concurrently(*[lambda: okrs.check_in(intent, id, status="on_track")] * 16)
    assert len(okrs.load(KeyResult, id).check_ins) == 16
