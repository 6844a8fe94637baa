"""Ports: the places on a card's upper and lower edge where lines leave and arrive."""

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field

PLAIN = 16
APART = 11


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge of a card from its left to its right end, and whose ports are on it."""

    left: float
    right: float
    keys: tuple[Hashable, ...]


@dataclass(slots=True)
class Ports:
    """Lines ask for a place with where they are headed; a card gives places in that order, so that few cross.

    Upper and lower ports never share an x, so that a line from above and one from below are never taken for one.
    """

    asked: defaultdict[tuple[str, str], list[tuple[float, float, Hashable]]] = field(default_factory=lambda: defaultdict(list))
    found: dict[Hashable, float] = field(default_factory=dict)
    edges: dict[Hashable, Edge] = field(default_factory=dict)

    def ask(self, card: str, edge: str, key: Hashable, *, headed: float, room: float = PLAIN) -> None:
        self.asked[card, edge].append((headed, room, key))

    def give(self, card: str, edge: str, left: float, right: float, middle: float) -> None:
        """Spread a card's ports around the middle of its edge, closer together when there is too little room."""
        asked = sorted(self.asked[card, edge], key=lambda each: each[0])
        wanted = sum(room for _, room, _ in asked)
        scale = min(1, (right - left) / wanted) if wanted else 1
        x = min(max(middle - wanted * scale / 2, left), right - wanted * scale)
        edge_of_all = Edge(left, right, tuple(key for *_, key in asked))
        for _, room, key in asked:
            self.edges[key] = edge_of_all
            self.found[key] = _snapped(x + room * scale / 2, edge)
            x += room * scale

    def align(self, key: Hashable, x: float) -> bool:
        """Move a port to x if that is on its edge and not beside another port; whether it could be."""
        edge = self.edges[key]
        others = (self.found[other] for other in edge.keys if other != key)
        fits = edge.left <= x <= edge.right and all(abs(x - other) >= APART for other in others)
        if fits:
            self.found[key] = x
        return fits


def _snapped(x: float, edge: str) -> float:
    return 4 * round(x / 4) + (2 if edge == "top" else 0)
