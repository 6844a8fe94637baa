"""Loops in any graph, compared with the definition: nodes that reach each other."""

from hypothesis import given
from hypothesis import strategies as st

from projections.findings.graph_cycles import strongly_connected_components

NODES = st.sampled_from("abcdefgh")
EDGES = st.lists(st.tuples(NODES, NODES).filter(lambda edge: edge[0] != edge[1]))


def reachable_pairs(edges):
    """The transitive closure of the edges."""
    pairs = set(edges)
    while more := {(a, d) for a, b in pairs for c, d in pairs if b == c} - pairs:
        pairs |= more
    return pairs


@given(EDGES)
def test_a_loop_holds_all_nodes_that_reach_one_another(edges):
    pairs = reachable_pairs(edges)
    expected = {frozenset(b for a, b in pairs if a == node and (b, a) in pairs) for node, again in pairs if node == again}
    found = strongly_connected_components(edges)
    assert {frozenset(loop) for loop in found} == expected
    assert sum(map(len, found)) == len({node for loop in found for node in loop})


@given(EDGES, st.randoms())
def test_the_order_of_the_edges_does_not_matter(edges, random):
    shuffled = random.sample(edges, len(edges))
    assert {frozenset(loop) for loop in strongly_connected_components(shuffled)} == {
        frozenset(loop) for loop in strongly_connected_components(edges)
    }


def test_a_very_long_loop_needs_no_recursion():
    edges = [(str(number), str((number + 1) % 50_000)) for number in range(50_000)]
    assert [len(loop) for loop in strongly_connected_components(edges)] == [50_000]
    assert strongly_connected_components(edges[1:]) == []
