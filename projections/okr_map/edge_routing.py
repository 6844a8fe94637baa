"""Nets: links of one kind to one end run together, and each net's way there between the cards, never across one.

Shelf `i` lies between channel `i` above it and channel `i + 1` below it. A net reaches its end's channel through gaps between
the cards of the shelves on its way.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from projections.okr_map.map_model import Link
from projections.okr_map.placement import Placement

CROWDING_PENALTY = 0.7  # a lane in use weighs as much as this many half columns of detour


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a card stands: its shelf, its left end in half columns, and the index within its group's piece."""

    shelf: int
    half_column: int
    index: int

    @property
    def centre(self) -> int:
        return self.half_column + 1


@dataclass(slots=True)
class Net:
    """Links that end together; `gaps` says for each shelf on the way where the net goes through, in half columns."""

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
        """The shelf through which the net leaves a channel towards its end."""
        return channel - 1 if self.from_below else channel

    def outward_shelf(self, channel: int) -> int:
        return channel if self.from_below else channel - 1

    def is_crossed_from(self, channel: int, first: int) -> bool:
        """Whether a link that begins in the channel `first` comes through another."""
        return channel <= first if self.from_below else channel >= first

    @property
    def channels(self) -> list[int]:
        """From the end's own channel to the furthest."""
        step = 1 if self.from_below else -1
        return list(range(self.entry_channel, self.furthest_channel + step, step))


def locate_cards(order: Placement) -> dict[str, Spot]:
    return {
        card: Spot(piece.shelf, piece.half_column + 2 * index, index)
        for piece in order.pieces
        for index, card in enumerate(piece.cards)
    }


def is_upward(link: Link, where: Mapping[str, Spot]) -> bool:
    """Whether a link leaves its child by the top: its end stands on a higher shelf."""
    return where[link.parent].shelf < where[link.child].shelf


def start_channel(link: Link, where: Mapping[str, Spot]) -> int:
    """The channel into which a link leaves its child."""
    shelf = where[link.child].shelf
    return shelf if is_upward(link, where) else shelf + 1


def build_nets(links: Iterable[Link], where: Mapping[str, Spot], columns: int) -> list[Net]:
    nets: dict[tuple[object, ...], Net] = {}
    for link in links:
        from_below = where[link.child].shelf >= where[link.parent].shelf
        key = (link.kind, link.faded, link.parent, link.key_result, from_below)
        nets.setdefault(key, Net(*key)).links.append(link)
    _route_nets(list(nets.values()), where, columns)
    return list(nets.values())


def _route_nets(nets: list[Net], where: Mapping[str, Spot], columns: int) -> None:
    free = _free_gaps(where, columns)
    crowd = defaultdict[tuple[int, int], int](int)
    for net in nets:
        end = where[net.parent]
        starts = [start_channel(link, where) for link in net.links]
        net.entry_channel = end.shelf + 1 if net.from_below else end.shelf
        net.furthest_channel = max(starts) if net.from_below else min(starts)
        here = float(end.centre)
        if net.key_result:
            here = _choose_side(net, where, crowd)
            net.gaps[end.shelf] = int(here)
        for channel in net.channels[:-1]:
            shelf = net.outward_shelf(channel)
            here = _choose_gap(shelf, here, free, crowd)
            net.gaps[shelf] = int(here)
        for shelf, gap in net.gaps.items():
            crowd[shelf, gap] += 1


def _choose_side(net: Net, where: Mapping[str, Spot], crowd: Mapping[tuple[int, int], int]) -> int:
    """The side by which a net comes to a key result: where most of it comes from."""
    end = where[net.parent]
    mean = sum(where[link.child].centre for link in net.links) / len(net.links)
    sides = (end.half_column, end.half_column + 2)
    return min(sides, key=lambda side: abs(side - mean) + CROWDING_PENALTY * crowd[end.shelf, side])


def _choose_gap(shelf: int, here: float, free: Mapping[int, list[int]], crowd: Mapping[tuple[int, int], int]) -> int:
    return min(free[shelf], key=lambda gap: abs(gap - here) + CROWDING_PENALTY * crowd[shelf, gap])


def _free_gaps(where: Mapping[str, Spot], columns: int) -> dict[int, list[int]]:
    """Each shelf's gaps between cards, in half columns."""
    taken = {(spot.shelf, spot.centre) for spot in where.values()}
    shelves = range(1 + max((spot.shelf for spot in where.values()), default=-1))
    return {shelf: [gap for gap in range(2 * columns + 1) if (shelf, gap) not in taken] for shelf in shelves}
