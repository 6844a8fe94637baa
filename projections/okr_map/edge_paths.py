"""Ways: the points of every link, from its child's edge to its end, once it is known how high everything is."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from projections.okr_map.edge_routing import Net, is_upward, start_channel
from projections.okr_map.least_squares_spacing import space_apart
from projections.okr_map.map_model import Link
from projections.okr_map.routing_plan import CHANNEL_MARGIN, TRACK_SPACING, RoutingPlan

Point = tuple[float, float]
ARRIVAL_SPACING = 12


@dataclass(frozen=True, slots=True)
class Heights:
    """Where each shelf's cards begin and each channel, how high each card is, and where in it each key result's row is."""

    shelves: list[float]
    channels: list[float]
    cards: Mapping[str, float]
    rows: Mapping[str, float]


class EdgePaths:
    def __init__(self, wiring: RoutingPlan, heights: Heights) -> None:
        self.routing = wiring
        self.spots = wiring.spots
        self.heights = heights
        self.arrivals = self._compute_arrivals()

    def points(self, number: int, link: Link) -> list[Point]:
        """A link's way, turning at right angles."""
        net, first = self.routing.nets[number], start_channel(link, self.spots)
        x = self.routing.ports.positions[link.id]
        way = [(x, self._card_edge_y(link.child, top=is_upward(link, self.spots)))]
        for channel in reversed(net.channels):
            onward = self.routing.exit_x(number, channel)
            if net.is_crossed_from(channel, first) and onward != x:
                y = self.heights.channels[channel] + CHANNEL_MARGIN + TRACK_SPACING * self.routing.tracks[number, channel]
                way += [(x, y), (onward, y)]
                x = onward
        return [*way, *self._end_points(number, net, x)]

    def _end_points(self, number: int, net: Net, x: float) -> Iterator[Point]:
        if net.key_result is None:
            yield x, self._card_edge_y(net.parent, top=not net.from_below)
            return
        spot, lanes = self.spots[net.parent], self.routing.lanes
        left = net.gaps[spot.shelf] == spot.half_column
        yield x, self.arrivals[number]
        yield (
            lanes.card_left(spot.half_column) if left else lanes.centre_x(spot.half_column + 2) - lanes.gap_width / 2,
            self.arrivals[number],
        )

    def _card_edge_y(self, card: str, *, top: bool) -> float:
        y = self.heights.shelves[self.spots[card].shelf]
        return y if top else y + self.heights.cards[card]

    def _compute_arrivals(self) -> dict[int, float]:
        """How high each net arrives at its key result: at its row, but beside what else arrives from the same gap."""
        wishes = defaultdict[tuple[int, int], list[tuple[float, int]]](list)
        for number, net in enumerate(self.routing.nets):
            if net.key_result:
                shelf = self.spots[net.parent].shelf
                wishes[shelf, net.gaps[shelf]].append((self.heights.shelves[shelf] + self.heights.rows[net.key_result], number))
        return {number: y for found in wishes.values() for number, y in _space_arrivals(sorted(found))}


def _space_arrivals(wishes: list[tuple[float, int]]) -> Iterator[tuple[int, float]]:
    found = space_apart([y for y, _ in wishes], [ARRIVAL_SPACING] * len(wishes))
    return ((number, round(y)) for (_, number), y in zip(wishes, found, strict=True))
