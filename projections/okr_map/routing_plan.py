"""Wiring: where lines leave and reach cards, and their tracks: level in the channels between shelves, upright in the gaps."""

from collections.abc import Hashable, Mapping

from projections.okr_map.edge_routing import Net, Spot, begins, upward
from projections.okr_map.map_model import Link
from projections.okr_map.ports import PLAIN, Ports
from projections.okr_map.track_packing import Run, stacked
from projections.okr_map.vertical_lanes import Lanes

Stop = tuple[float, Hashable]
TRACK = 9
VERGE = 20
BARE = 30
APART = 12
AROUND_BADGE = 6
ASIDE, FAR_ASIDE = 24, 110


class Wiring:
    """Everything across the page that lines need; how high it is follows from how many tracks there are."""

    def __init__(self, nets: list[Net], where: Mapping[str, Spot], lanes: Lanes, badges: Mapping[str, float]) -> None:
        self.nets = nets
        self.where = where
        self.lanes = lanes
        self.ports = Ports()
        self.tracks: dict[tuple[int, int], int] = {}
        self.counts: dict[int, int] = {}
        for number, net in enumerate(nets):
            for link in net.links:
                self._ask_to_leave(number, link, badges[link.id])
            if net.key_result is None:
                self._ask_to_arrive(number, net)

    def _ask_to_leave(self, number: int, link: Link, badge: float) -> None:
        net, channel = self.nets[number], begins(link, self.where)
        straight = channel == net.entry and net.key_result is None
        headed = self._middle(net.parent) if straight else self.lanes.x(number, net.inward(channel))
        edge = "top" if upward(link, self.where) else "bottom"
        self.ports.ask(link.child, edge, link.id, headed=headed, room=max(PLAIN, badge + AROUND_BADGE))

    def _ask_to_arrive(self, number: int, net: Net) -> None:
        origins = [self._middle(link.child) for link in net.links]
        edge = "bottom" if net.from_below else "top"
        self.ports.ask(net.parent, edge, number, headed=sum(origins) / len(origins))

    def _middle(self, card: str) -> float:
        return self.lanes.middle(self.where[card].centre)

    def straighten(self) -> None:
        """Where a line would only step aside a little, move a port so that it runs straight."""
        for number, net in enumerate(self.nets):
            near = ASIDE if len(net.links) > 1 else FAR_ASIDE
            for link in net.links:
                for end in (0, -1):
                    stops = self._stops(number, link)
                    one, other = (stops[0], stops[1]) if end == 0 else (stops[-1], stops[-2])
                    if 0 < abs(one[0] - other[0]) < near:
                        self._align(one, other)

    def _align(self, one: Stop, other: Stop) -> None:
        for (_, key), (x, _) in ((one, other), (other, one)):
            if key is not None and self.ports.align(key, x):
                return

    def _stops(self, number: int, link: Link) -> list[Stop]:
        """The places across the page where a link runs up or down, each with the port that could be moved."""
        net = self.nets[number]
        inwards = [net.inward(channel) for channel in net.channels[1:] if net.between(channel, begins(link, self.where))]
        stops: list[Stop] = [(self.ports.found[link.id], link.id)]
        stops += [(self.lanes.x(number, shelf), None) for shelf in reversed(inwards)]
        return [*stops, (self.end(number), None if net.key_result else number)]

    def lay(self, shelves: int) -> None:
        """Give every net its track in every channel; the ports have been given before."""
        for channel in range(shelves + 1):
            runs = [self._run(number, channel) for number, net in enumerate(self.nets) if channel in net.channels]
            tracks = stacked([run for run in runs if not run.straight], apart=APART)
            self.counts[channel] = len(tracks)
            self.tracks |= {(run.net, channel): place for place, track in enumerate(tracks) for run in track}

    def depth(self, channel: int) -> float:
        """How deep a channel has to be for its tracks."""
        count = self.counts[channel]
        return max(BARE, 2 * VERGE + TRACK * (count - 1)) if count else BARE

    def _run(self, number: int, channel: int) -> Run:
        net = self.nets[number]
        inward = [self.onward(number, channel)]
        outward = [self.lanes.x(number, net.outward(channel))] if channel != net.furthest else []
        starts = [(link, self.ports.found[link.id]) for link in net.links if begins(link, self.where) == channel]
        downs = [x for link, x in starts if upward(link, self.where)]
        ups = [x for link, x in starts if not upward(link, self.where)]
        if net.from_below:
            return Run(number, tuple(ups + inward), tuple(downs + outward))
        return Run(number, tuple(ups + outward), tuple(downs + inward))

    def onward(self, number: int, channel: int) -> float:
        """Where a net leaves a channel towards its end."""
        net = self.nets[number]
        return self.end(number) if channel == net.entry else self.lanes.x(number, net.inward(channel))

    def end(self, number: int) -> float:
        """Where a net leaves its last channel: at its port, or in the lane beside its key result."""
        net = self.nets[number]
        return self.ports.found[number] if net.key_result is None else self.lanes.x(number, self.where[net.parent].shelf)
