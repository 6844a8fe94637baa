"""Ports: the places on a card's upper and lower edge where lines leave and arrive."""

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field

DEFAULT_PORT_WIDTH = 16
MIN_PORT_GAP = 11


@dataclass(frozen=True, slots=True)
class CardEdge:
    """An edge of a card from its left to its right end, and whose ports are on it."""

    left: float
    right: float
    keys: tuple[Hashable, ...]


@dataclass(slots=True)
class Ports:
    """Lines ask for a place with where they are headed; a card gives places in that order, so that few cross.

    Upper and lower ports never share an x, so that a line from above and one from below are never taken for one.
    """

    requests: defaultdict[tuple[str, str], list[tuple[float, float, Hashable]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    positions: dict[Hashable, float] = field(default_factory=dict)
    edges: dict[Hashable, CardEdge] = field(default_factory=dict)

    def request_port(self, card: str, edge: str, key: Hashable, *, headed: float, room: float = DEFAULT_PORT_WIDTH) -> None:
        self.requests[card, edge].append((headed, room, key))

    def assign_ports(self, card: str, edge: str, left: float, right: float, middle: float) -> None:
        """Spread a card's ports around the middle of its edge, closer together when there is too little room."""
        asked = sorted(self.requests[card, edge], key=lambda each: each[0])
        wanted = sum(room for _, room, _ in asked)
        scale = min(1, (right - left) / wanted) if wanted else 1
        x = min(max(middle - wanted * scale / 2, left), right - wanted * scale)
        edge_of_all = CardEdge(left, right, tuple(key for *_, key in asked))
        for _, room, key in asked:
            self.edges[key] = edge_of_all
            self.positions[key] = _snap_to_grid(x + room * scale / 2, edge)
            x += room * scale

    def align(self, key: Hashable, x: float) -> bool:
        """Move a port to x if that is on its edge and not beside another port; whether it could be."""
        edge = self.edges[key]
        others = (self.positions[other] for other in edge.keys if other != key)
        fits = edge.left <= x <= edge.right and all(abs(x - other) >= MIN_PORT_GAP for other in others)
        if fits:
            self.positions[key] = x
        return fits


def _snap_to_grid(x: float, edge: str) -> float:
    return 4 * round(x / 4) + (2 if edge == "top" else 0)
