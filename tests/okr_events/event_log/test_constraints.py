"""Constraints are checked and updated in the transaction that appends the events."""

from itertools import pairwise
from uuid import UUID, uuid4

import pytest

from okr_events.domain.errors import AlreadyLinked, CircularContribution, NameTaken, ObjectiveEnded, VersionConflict
from okr_events.event_log.appending import DryRunCompleted
from okr_events.event_log.constraints import AddEdge, Claim, MarkEnded, Release, RemoveEdges, unique_link
from okr_events.event_log.looks import NotEnded, VersionUnchanged

A, B, C, D = (UUID(int=n) for n in range(1, 5))


def edge(child, parent, link=None, graph="contribution"):
    return AddEdge(graph, child, parent, link or uuid4(), CircularContribution)


@pytest.fixture
def append_constraints(append):
    """Append one event with these constraints."""
    return lambda *constraints, **how: append(constraints=constraints, **how)


def test_a_name_is_held_once_in_a_scope(store, append_constraints):
    append_constraints(Claim("unit/a", "product", A))
    with pytest.raises(NameTaken):
        append_constraints(Claim("unit/a", "product", B))
    append_constraints(Claim("unit/b", "product", B))
    assert (store.log.claim_holder("unit/a", "product"), store.log.claim_holder("unit/b", "product")) == (A, B)
    assert store.log.claim_holder("unit/a", "design") is None


def test_its_holder_may_claim_it_again(append_constraints):
    append_constraints(Claim("unit/a", "product", A))
    append_constraints(Claim("unit/a", "product", A))


def test_a_broken_claim_has_an_error_of_its_own(append_constraints):
    append_constraints(unique_link(A, B, "vertical", C))
    with pytest.raises(AlreadyLinked):
        append_constraints(unique_link(A, B, "vertical", D))
    append_constraints(unique_link(A, B, "horizontal", D), unique_link(B, A, "vertical", D))


def test_a_released_name_is_free(store, append_constraints):
    append_constraints(Claim("unit/a", "product", A), Claim("unit/b", "product", A), Claim("link", "product", A))
    append_constraints(Release("unit/", A))
    assert store.log.claim_holder("unit/a", "product") is None
    assert store.log.claim_holder("unit/b", "product") is None
    assert store.log.claim_holder("link", "product") == A


def test_nobody_releases_anothers_name(store, append_constraints):
    append_constraints(Claim("unit/a", "product", A))
    append_constraints(Release("unit/", B))
    assert store.log.claim_holder("unit/a", "product") == A


def test_an_edge_never_closes_a_circle(append_constraints):
    for child, parent in pairwise((A, B, C, D)):
        append_constraints(edge(child, parent))
    for child, parent in ((D, A), (C, A), (B, A)):
        with pytest.raises(CircularContribution):
            append_constraints(edge(child, parent))
    append_constraints(edge(A, D), edge(A, C))


def test_nothing_stands_above_itself(append_constraints):
    with pytest.raises(CircularContribution):
        append_constraints(edge(A, A))


def test_two_edges_of_one_append_are_seen_together(store, append_constraints):
    with pytest.raises(CircularContribution):
        append_constraints(edge(A, B), edge(B, A))
    assert store.log.head().position == 0
    append_constraints(edge(B, A))


def test_graphs_know_nothing_of_each_other(append_constraints):
    append_constraints(edge(A, B, graph="units"))
    append_constraints(edge(B, A, graph="contribution"))


def test_what_is_unlinked_closes_no_circle(append_constraints):
    append_constraints(edge(A, B, link=D))
    append_constraints(RemoveEdges(D), edge(B, A))
    with pytest.raises(CircularContribution):
        append_constraints(edge(A, B))


def test_two_links_between_the_same_two_are_two_edges(append_constraints):
    append_constraints(edge(A, B, link=C), edge(A, B, link=D))
    append_constraints(RemoveEdges(C))
    with pytest.raises(CircularContribution):
        append_constraints(edge(B, A))


def test_what_has_ended_is_live_no_more(append_constraints):
    append_constraints(NotEnded((A, B)))
    append_constraints(MarkEnded(A))
    for ids in ((A,), (B, A)):
        with pytest.raises(ObjectiveEnded):
            append_constraints(NotEnded(ids))
    append_constraints(NotEnded((B, C)))


def test_what_has_ended_contributes_to_nothing(append_constraints):
    append_constraints(edge(A, B), edge(B, C))
    append_constraints(MarkEnded(B))
    append_constraints(edge(C, A))


def test_a_refused_append_leaves_no_trace(store, append, append_constraints):
    stream = uuid4()
    append(stream=stream)
    with pytest.raises(VersionConflict):
        append_constraints(Claim("unit/a", "product", A), edge(A, B), MarkEnded(C), stream=stream)
    assert store.log.claim_holder("unit/a", "product") is None
    append_constraints(edge(B, A), NotEnded((C,)))


def test_nor_does_a_rehearsed_one(store, append_constraints):
    with pytest.raises(DryRunCompleted):
        append_constraints(Claim("unit/a", "product", A), edge(A, B), MarkEnded(C), rehearse=True)
    assert store.log.claim_holder("unit/a", "product") is None
    append_constraints(edge(B, A), NotEnded((C,)))


def test_a_broken_constraint_is_told_before_a_conflict(append, append_constraints):
    stream = uuid4()
    append(stream=stream)
    append_constraints(MarkEnded(A))
    with pytest.raises(ObjectiveEnded):
        append_constraints(NotEnded((A,)), stream=stream)


def test_a_broken_table_is_no_conflict_of_versions(append_constraints):
    with pytest.raises(Exception, match=r"(?i)unique") as refused:
        append_constraints(edge(A, B, link=C), edge(A, B, link=C))
    assert not isinstance(refused.value, VersionConflict)


def test_what_was_only_looked_at_has_not_moved(store, append_constraints):
    append_constraints()
    seen = store.log.events_after(after=0)[-1]
    append_constraints(VersionUnchanged(seen.originator_id, seen.originator_version))
    head = store.log.head()
    for version in (seen.originator_version - 1, seen.originator_version + 1):
        with pytest.raises(VersionConflict):
            append_constraints(VersionUnchanged(seen.originator_id, version))
    assert store.log.head() == head
