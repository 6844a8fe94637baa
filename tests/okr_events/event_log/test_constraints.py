"""Constraints: small tables beside the events, checked and changed in the same transaction."""

from itertools import pairwise
from uuid import UUID, uuid4

import pytest

from okr_events.domain.errors import AlreadyLinked, CircularContribution, NameTaken, ObjectiveEnded, VersionConflict
from okr_events.event_log.constraints import Claim, Edge, End, Live, Release, Unlink, Unmoved, once
from okr_events.event_log.recorder import Rehearsed

A, B, C, D = (UUID(int=n) for n in range(1, 5))


def edge(child, parent, link=None, graph="contribution"):
    return Edge(graph, child, parent, link or uuid4(), CircularContribution)


@pytest.fixture
def state(append):
    """Append one event that states some constraints."""
    return lambda *constraints, **how: append(constraints=constraints, **how)


def test_a_name_is_held_once_in_a_scope(store, state):
    state(Claim("unit/a", "product", A))
    with pytest.raises(NameTaken):
        state(Claim("unit/a", "product", B))
    state(Claim("unit/b", "product", B))
    assert (store.log.holder("unit/a", "product"), store.log.holder("unit/b", "product")) == (A, B)
    assert store.log.holder("unit/a", "design") is None


def test_its_holder_may_claim_it_again(state):
    state(Claim("unit/a", "product", A))
    state(Claim("unit/a", "product", A))


def test_a_broken_claim_has_an_error_of_its_own(state):
    state(once(A, B, "vertical", C))
    with pytest.raises(AlreadyLinked):
        state(once(A, B, "vertical", D))
    state(once(A, B, "horizontal", D), once(B, A, "vertical", D))


def test_a_released_name_is_free(store, state):
    state(Claim("unit/a", "product", A), Claim("unit/b", "product", A), Claim("link", "product", A))
    state(Release("unit/", A))
    assert store.log.holder("unit/a", "product") is None
    assert store.log.holder("unit/b", "product") is None
    assert store.log.holder("link", "product") == A


def test_nobody_releases_anothers_name(store, state):
    state(Claim("unit/a", "product", A))
    state(Release("unit/", B))
    assert store.log.holder("unit/a", "product") == A


def test_an_edge_never_closes_a_circle(state):
    for child, parent in pairwise((A, B, C, D)):
        state(edge(child, parent))
    for child, parent in ((D, A), (C, A), (B, A)):
        with pytest.raises(CircularContribution):
            state(edge(child, parent))
    state(edge(A, D), edge(A, C))


def test_nothing_stands_above_itself(state):
    with pytest.raises(CircularContribution):
        state(edge(A, A))


def test_two_edges_of_one_append_are_seen_together(store, state):
    with pytest.raises(CircularContribution):
        state(edge(A, B), edge(B, A))
    assert store.log.head().position == 0
    state(edge(B, A))


def test_graphs_know_nothing_of_each_other(state):
    state(edge(A, B, graph="units"))
    state(edge(B, A, graph="contribution"))


def test_what_is_unlinked_closes_no_circle(state):
    state(edge(A, B, link=D))
    state(Unlink(D), edge(B, A))
    with pytest.raises(CircularContribution):
        state(edge(A, B))


def test_two_links_between_the_same_two_are_two_edges(state):
    state(edge(A, B, link=C), edge(A, B, link=D))
    state(Unlink(C))
    with pytest.raises(CircularContribution):
        state(edge(B, A))


def test_what_has_ended_is_live_no_more(state):
    state(Live((A, B)))
    state(End(A))
    for ids in ((A,), (B, A)):
        with pytest.raises(ObjectiveEnded):
            state(Live(ids))
    state(Live((B, C)))


def test_what_has_ended_contributes_to_nothing(state):
    state(edge(A, B), edge(B, C))
    state(End(B))
    state(edge(C, A))


def test_a_refused_append_leaves_no_trace(store, append, state):
    stream = uuid4()
    append(stream=stream)
    with pytest.raises(VersionConflict):
        state(Claim("unit/a", "product", A), edge(A, B), End(C), stream=stream)
    assert store.log.holder("unit/a", "product") is None
    state(edge(B, A), Live((C,)))


def test_nor_does_a_rehearsed_one(store, state):
    with pytest.raises(Rehearsed):
        state(Claim("unit/a", "product", A), edge(A, B), End(C), rehearse=True)
    assert store.log.holder("unit/a", "product") is None
    state(edge(B, A), Live((C,)))


def test_a_broken_constraint_is_told_before_a_conflict(append, state):
    stream = uuid4()
    append(stream=stream)
    state(End(A))
    with pytest.raises(ObjectiveEnded):
        state(Live((A,)), stream=stream)


def test_a_broken_table_is_no_conflict_of_versions(state):
    with pytest.raises(Exception, match=r"(?i)unique") as refused:
        state(edge(A, B, link=C), edge(A, B, link=C))
    assert not isinstance(refused.value, VersionConflict)


def test_what_was_only_looked_at_has_not_moved(store, state):
    state()
    seen = store.log.recorded(after=0)[-1]
    state(Unmoved(seen.originator_id, seen.originator_version))
    head = store.log.head()
    for version in (seen.originator_version - 1, seen.originator_version + 1):
        with pytest.raises(VersionConflict):
            state(Unmoved(seen.originator_id, version))
    assert store.log.head() == head
