"""Loops in a directed graph, by Kosaraju's algorithm, without recursion because chains can be long."""

from collections.abc import Iterable

Edge = tuple[str, str]
Adjacency = dict[str, list[str]]


def strongly_connected_components(edges: Iterable[Edge]) -> list[list[str]]:
    """The sets of two or more nodes that can all reach one another."""
    successors, predecessors = _index_edges(edges)
    visited: set[str] = set()
    components = [_collect_component(node, predecessors, visited) for node in reversed(_finish_order(successors))]
    return [component for component in components if len(component) > 1]


def _index_edges(edges: Iterable[Edge]) -> tuple[Adjacency, Adjacency]:
    successors: Adjacency = {}
    predecessors: Adjacency = {}
    for start, end in edges:
        successors.setdefault(start, []).append(end)
        predecessors.setdefault(end, []).append(start)
    return successors, predecessors


def _finish_order(successors: Adjacency) -> list[str]:
    """The nodes in the order in which a depth-first search leaves them."""
    finished: list[str] = []
    visited: set[str] = set()
    for start in successors:
        path = [(start, iter(successors[start]))] if start not in visited else []
        visited.add(start)
        while path:
            unvisited = next((node for node in path[-1][1] if node not in visited), None)
            if unvisited is None:
                finished.append(path.pop()[0])
            else:
                visited.add(unvisited)
                path.append((unvisited, iter(successors.get(unvisited, ()))))
    return finished


def _collect_component(start: str, predecessors: Adjacency, visited: set[str]) -> list[str]:
    """The unvisited nodes that lead to a node; adds them to `visited`."""
    component: list[str] = []
    waiting = [start]
    while waiting:
        node = waiting.pop()
        if node not in visited:
            visited.add(node)
            component.append(node)
            waiting += predecessors.get(node, ())
    return component
