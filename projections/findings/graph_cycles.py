"""Loops in a directed graph, by Kosaraju's two walks, without recursion: chains may be long."""

from collections.abc import Iterable

Edge = tuple[str, str]
Adjacency = dict[str, list[str]]


def strongly_connected_components(edges: Iterable[Edge]) -> list[list[str]]:
    """The sets of two or more that all lead to one another (strongly connected components)."""
    ahead, behind = _index_edges(edges)
    taken: set[str] = set()
    found = [_collect_component(node, behind, taken) for node in reversed(_finish_order(ahead))]
    return [loop for loop in found if len(loop) > 1]


def _index_edges(edges: Iterable[Edge]) -> tuple[Adjacency, Adjacency]:
    ahead: Adjacency = {}
    behind: Adjacency = {}
    for start, end in edges:
        ahead.setdefault(start, []).append(end)
        behind.setdefault(end, []).append(start)
    return ahead, behind


def _finish_order(ahead: Adjacency) -> list[str]:
    """The nodes in the order in which a walk is done with them: after all that it reaches from there."""
    done: list[str] = []
    seen: set[str] = set()
    for start in ahead:
        path = [(start, iter(ahead[start]))] if start not in seen else []
        seen.add(start)
        while path:
            following = path[-1][1]
            new = next((each for each in following if each not in seen), None)
            if new is None:
                done.append(path.pop()[0])
            else:
                seen.add(new)
                path.append((new, iter(ahead.get(new, ()))))
    return done


def _collect_component(start: str, behind: Adjacency, taken: set[str]) -> list[str]:
    """All that is not taken yet and leads here; takes it."""
    reached: list[str] = []
    waiting = [start]
    while waiting:
        node = waiting.pop()
        if node not in taken:
            taken.add(node)
            reached.append(node)
            waiting += behind.get(node, ())
    return reached
