"""Ports: the points on the upper and lower edges of cards where lines begin and end."""

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field

DEFAULT_PORT_WIDTH = 16
MIN_PORT_GAP = 11
Request = tuple[float, float, Hashable]
"""The x toward which a line runs, the width of its port, and its key."""


@dataclass(frozen=True, slots=True)
class CardEdge:
    """An edge of a card, and the keys of the ports on it."""

    left: float
    right: float
    keys: tuple[Hashable, ...]


@dataclass(slots=True)
class Ports:
    """The ports of all cards, ordered by the direction of their lines, so that few lines cross.

    Upper and lower ports never share an x, so that lines from above and from below cannot be confused.
    """

    requests: defaultdict[tuple[str, str], list[Request]] = field(default_factory=lambda: defaultdict(list))
    positions: dict[Hashable, float] = field(default_factory=dict)
    edges: dict[Hashable, CardEdge] = field(default_factory=dict)

    def request_port(self, card: str, edge: str, key: Hashable, *, toward: float, width: float = DEFAULT_PORT_WIDTH) -> None:
        """Request a port for a line that runs toward an x."""
        self.requests[card, edge].append((toward, width, key))

    def assign_ports(self, card: str, edge: str, left: float, right: float, middle: float) -> None:
        """Spread the ports of a card around the middle of its edge, closer together on a short edge."""
        requests = sorted(self.requests[card, edge], key=lambda request: request[0])
        total = sum(width for _, width, _ in requests)
        scale = min(1, (right - left) / total) if total else 1
        x = min(max(middle - total * scale / 2, left), right - total * scale)
        card_edge = CardEdge(left, right, tuple(key for *_, key in requests))
        for _, width, key in requests:
            self.edges[key] = card_edge
            self.positions[key] = _snap_to_grid(x + width * scale / 2, edge)
            x += width * scale

    def align(self, key: Hashable, x: float) -> bool:
        """Move a port to x if x is on its edge and not too near to another port; returns whether it was moved."""
        edge = self.edges[key]
        others = (self.positions[other] for other in edge.keys if other != key)
        fits = edge.left <= x <= edge.right and all(abs(x - other) >= MIN_PORT_GAP for other in others)
        if fits:
            self.positions[key] = x
        return fits


def _snap_to_grid(x: float, edge: str) -> float:
    return 4 * round(x / 4) + (2 if edge == "top" else 0)
