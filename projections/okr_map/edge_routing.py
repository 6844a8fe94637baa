"""Nets: the links of one kind to one target share a route between the cards.

Shelf `i` lies between channel `i` above it and channel `i + 1` below it. A net reaches the channel of its target through gaps
between the cards of the shelves on its route.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from projections.okr_map.map_model import Link
from projections.okr_map.placement import Placement

CROWDING_PENALTY = 0.7  # a lane in use weighs as much as this many half columns of detour


@dataclass(frozen=True, slots=True)
class Spot:
    """The place of a card: its shelf, and its left end in half columns."""

    shelf: int
    half_column: int

    @property
    def centre(self) -> int:
        return self.half_column + 1


@dataclass(slots=True)
class Net:
    """Links with the same target; `gaps` are the places, in half columns, where the net passes each shelf on its route."""

    kind: str
    faded: bool
    parent: str
    key_result: str | None
    from_below: bool
    links: list[Link] = field(default_factory=list)
    gaps: dict[int, int] = field(default_factory=dict)
    entry_channel: int = 0
    furthest_channel: int = 0

    def inward_shelf(self, channel: int) -> int:
        """The shelf through which the net leaves a channel towards its target."""
        return channel - 1 if self.from_below else channel

    def outward_shelf(self, channel: int) -> int:
        return channel if self.from_below else channel - 1

    def is_crossed_from(self, channel: int, first: int) -> bool:
        """Whether a link that starts in the channel `first` passes another channel."""
        return channel <= first if self.from_below else channel >= first

    @property
    def channels(self) -> list[int]:
        """From the channel of the target to the furthest one."""
        step = 1 if self.from_below else -1
        return list(range(self.entry_channel, self.furthest_channel + step, step))


def locate_cards(placement: Placement) -> dict[str, Spot]:
    return {
        card: Spot(piece.shelf, piece.half_column + 2 * index)
        for piece in placement.pieces
        for index, card in enumerate(piece.cards)
    }


def is_upward(link: Link, spots: Mapping[str, Spot]) -> bool:
    """Whether a link leaves its child at the top: its target is on a higher shelf."""
    return spots[link.parent].shelf < spots[link.child].shelf


def start_channel(link: Link, spots: Mapping[str, Spot]) -> int:
    """The channel that a link enters from its child."""
    shelf = spots[link.child].shelf
    return shelf if is_upward(link, spots) else shelf + 1


def build_nets(links: Iterable[Link], spots: Mapping[str, Spot], columns: int) -> list[Net]:
    nets: dict[tuple[object, ...], Net] = {}
    for link in links:
        from_below = spots[link.child].shelf >= spots[link.parent].shelf
        key = (link.kind, link.faded, link.parent, link.key_result, from_below)
        nets.setdefault(key, Net(*key)).links.append(link)
    _route_nets(list(nets.values()), spots, columns)
    return list(nets.values())


def _route_nets(nets: list[Net], spots: Mapping[str, Spot], columns: int) -> None:
    free = _free_gaps(spots, columns)
    usage = defaultdict[tuple[int, int], int](int)
    for net in nets:
        end = spots[net.parent]
        starts = [start_channel(link, spots) for link in net.links]
        net.entry_channel = end.shelf + 1 if net.from_below else end.shelf
        net.furthest_channel = max(starts) if net.from_below else min(starts)
        position = float(end.centre)
        if net.key_result:
            position = _choose_side(net, spots, usage)
            net.gaps[end.shelf] = int(position)
        for channel in net.channels[:-1]:
            shelf = net.outward_shelf(channel)
            position = _choose_gap(shelf, position, free, usage)
            net.gaps[shelf] = int(position)
        for shelf, gap in net.gaps.items():
            usage[shelf, gap] += 1


def _choose_side(net: Net, spots: Mapping[str, Spot], usage: Mapping[tuple[int, int], int]) -> int:
    """The side on which a net reaches a key result: the side of most of its links."""
    end = spots[net.parent]
    mean = sum(spots[link.child].centre for link in net.links) / len(net.links)
    sides = (end.half_column, end.half_column + 2)
    return min(sides, key=lambda side: abs(side - mean) + CROWDING_PENALTY * usage[end.shelf, side])


def _choose_gap(shelf: int, position: float, free: Mapping[int, list[int]], usage: Mapping[tuple[int, int], int]) -> int:
    return min(free[shelf], key=lambda gap: abs(gap - position) + CROWDING_PENALTY * usage[shelf, gap])


def _free_gaps(spots: Mapping[str, Spot], columns: int) -> dict[int, list[int]]:
    """The gaps between the cards of each shelf, in half columns."""
    occupied = {(spot.shelf, spot.centre) for spot in spots.values()}
    shelves = range(1 + max((spot.shelf for spot in spots.values()), default=-1))
    return {shelf: [gap for gap in range(2 * columns + 1) if (shelf, gap) not in occupied] for shelf in shelves}
