"""The points of every link, from the edge of its child's card to its target, for given heights."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from projections.okr_map.edge_routing import Net, is_upward, start_channel
from projections.okr_map.least_squares_spacing import space_apart
from projections.okr_map.map_model import Link
from projections.okr_map.routing_plan import CHANNEL_MARGIN, TRACK_SPACING, RoutingPlan
from projections.text.coordinates import Point

ARRIVAL_SPACING = 12


@dataclass(frozen=True, slots=True)
class Heights:
    """The y of shelves and channels, the heights of cards, and the y of key results within their cards."""

    shelves: list[float]
    channels: list[float]
    cards: Mapping[str, float]
    rows: Mapping[str, float]


class EdgePaths:
    def __init__(self, routing: RoutingPlan, heights: Heights) -> None:
        self.routing = routing
        self.spots = routing.spots
        self.heights = heights
        self.arrivals = self._compute_arrivals()

    def points(self, number: int, link: Link) -> list[Point]:
        """The points of a link, which turns at right angles."""
        net, first = self.routing.nets[number], start_channel(link, self.spots)
        x = self.routing.ports.positions[link.id]
        points = [(x, self._card_edge_y(link.child, top=is_upward(link, self.spots)))]
        for channel in reversed(net.channels):
            onward = self.routing.exit_x(number, channel)
            if net.is_crossed_from(channel, first) and onward != x:
                y = self.heights.channels[channel] + CHANNEL_MARGIN + TRACK_SPACING * self.routing.tracks[number, channel]
                points += [(x, y), (onward, y)]
                x = onward
        return [*points, *self._end_points(number, net, x)]

    def _end_points(self, number: int, net: Net, x: float) -> Iterator[Point]:
        if net.key_result is None:
            yield x, self._card_edge_y(net.parent, top=not net.from_below)
            return
        spot, lanes = self.spots[net.parent], self.routing.lanes
        left, right = lanes.card_left(spot.half_column), lanes.centre_x(spot.half_column + 2) - lanes.gap_width / 2
        yield x, self.arrivals[number]
        yield (left if net.gaps[spot.shelf] == spot.half_column else right), self.arrivals[number]

    def _card_edge_y(self, card: str, *, top: bool) -> float:
        y = self.heights.shelves[self.spots[card].shelf]
        return y if top else y + self.heights.cards[card]

    def _compute_arrivals(self) -> dict[int, float]:
        """The y at which each net reaches the row of its key result, apart from others that arrive from the same gap."""
        wishes = defaultdict[tuple[int, int], list[tuple[float, int]]](list)
        for number, net in enumerate(self.routing.nets):
            if net.key_result:
                shelf = self.spots[net.parent].shelf
                wishes[shelf, net.gaps[shelf]].append((self.heights.shelves[shelf] + self.heights.rows[net.key_result], number))
        return {number: y for group in wishes.values() for number, y in _space_arrivals(sorted(group))}


def _space_arrivals(wishes: list[tuple[float, int]]) -> Iterator[tuple[int, float]]:
    spaced = space_apart([y for y, _ in wishes], [ARRIVAL_SPACING] * len(wishes))
    return ((number, round(y)) for (_, number), y in zip(wishes, spaced, strict=True))
