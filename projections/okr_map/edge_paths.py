"""Ways: the points of every link, from its child's edge to its end, once it is known how high everything is."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from projections.okr_map.edge_routing import Net, begins, upward
from projections.okr_map.least_squares_spacing import spaced
from projections.okr_map.map_model import Link
from projections.okr_map.routing_plan import TRACK, VERGE, Wiring

Point = tuple[float, float]
BESIDE = 12


@dataclass(frozen=True, slots=True)
class Heights:
    """Where each shelf's cards begin and each channel, how high each card is, and where in it each key result's row is."""

    shelves: list[float]
    channels: list[float]
    cards: Mapping[str, float]
    rows: Mapping[str, float]


class Ways:
    def __init__(self, wiring: Wiring, heights: Heights) -> None:
        self.wiring = wiring
        self.where = wiring.where
        self.heights = heights
        self.arrivals = self._arrivals()

    def points(self, number: int, link: Link) -> list[Point]:
        """A link's way, turning at right angles."""
        net, first = self.wiring.nets[number], begins(link, self.where)
        x = self.wiring.ports.found[link.id]
        way = [(x, self._edge(link.child, top=upward(link, self.where)))]
        for channel in reversed(net.channels):
            onward = self.wiring.onward(number, channel)
            if net.between(channel, first) and onward != x:
                y = self.heights.channels[channel] + VERGE + TRACK * self.wiring.tracks[number, channel]
                way += [(x, y), (onward, y)]
                x = onward
        return [*way, *self._end(number, net, x)]

    def _end(self, number: int, net: Net, x: float) -> Iterator[Point]:
        if net.key_result is None:
            yield x, self._edge(net.parent, top=not net.from_below)
            return
        spot, lanes = self.where[net.parent], self.wiring.lanes
        left = net.gaps[spot.shelf] == spot.at
        yield x, self.arrivals[number]
        yield lanes.card(spot.at) if left else lanes.middle(spot.at + 2) - lanes.gap / 2, self.arrivals[number]

    def _edge(self, card: str, *, top: bool) -> float:
        y = self.heights.shelves[self.where[card].shelf]
        return y if top else y + self.heights.cards[card]

    def _arrivals(self) -> dict[int, float]:
        """How high each net arrives at its key result: at its row, but beside what else arrives from the same gap."""
        wishes = defaultdict[tuple[int, int], list[tuple[float, int]]](list)
        for number, net in enumerate(self.wiring.nets):
            if net.key_result:
                shelf = self.where[net.parent].shelf
                wishes[shelf, net.gaps[shelf]].append((self.heights.shelves[shelf] + self.heights.rows[net.key_result], number))
        return {number: y for found in wishes.values() for number, y in _apart(sorted(found))}


def _apart(wishes: list[tuple[float, int]]) -> Iterator[tuple[int, float]]:
    found = spaced([y for y, _ in wishes], [BESIDE] * len(wishes))
    return ((number, round(y)) for (_, number), y in zip(wishes, found, strict=True))
