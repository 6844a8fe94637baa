"""Wiring: where lines leave and reach cards, and their tracks: level in the channels between shelves, upright in the gaps."""

from collections.abc import Hashable, Mapping

from projections.okr_map.edge_routing import Net, Spot, is_upward, start_channel
from projections.okr_map.map_model import Link
from projections.okr_map.ports import DEFAULT_PORT_WIDTH, Ports
from projections.okr_map.track_packing import Run, order_tracks
from projections.okr_map.vertical_lanes import Lanes

Stop = tuple[float, Hashable]
TRACK_SPACING = 9
CHANNEL_MARGIN = 20
EMPTY_CHANNEL_DEPTH = 30
RUN_GAP = 12
BADGE_MARGIN = 6
MAX_SHIFT, MAX_SINGLE_SHIFT = 24, 110


class RoutingPlan:
    """Everything across the page that lines need; how high it is follows from how many tracks there are."""

    def __init__(self, nets: list[Net], where: Mapping[str, Spot], lanes: Lanes, badges: Mapping[str, float]) -> None:
        self.nets = nets
        self.spots = where
        self.lanes = lanes
        self.ports = Ports()
        self.tracks: dict[tuple[int, int], int] = {}
        self.track_counts: dict[int, int] = {}
        for number, net in enumerate(nets):
            for link in net.links:
                self._request_exit_port(number, link, badges[link.id])
            if net.key_result is None:
                self._request_entry_port(number, net)

    def _request_exit_port(self, number: int, link: Link, badge: float) -> None:
        net, channel = self.nets[number], start_channel(link, self.spots)
        straight = channel == net.entry_channel and net.key_result is None
        headed = self._card_centre_x(net.parent) if straight else self.lanes.lane_x(number, net.inward_shelf(channel))
        edge = "top" if is_upward(link, self.spots) else "bottom"
        self.ports.request_port(link.child, edge, link.id, headed=headed, room=max(DEFAULT_PORT_WIDTH, badge + BADGE_MARGIN))

    def _request_entry_port(self, number: int, net: Net) -> None:
        origins = [self._card_centre_x(link.child) for link in net.links]
        edge = "bottom" if net.from_below else "top"
        self.ports.request_port(net.parent, edge, number, headed=sum(origins) / len(origins))

    def _card_centre_x(self, card: str) -> float:
        return self.lanes.centre_x(self.spots[card].centre)

    def straighten(self) -> None:
        """Where a line would only step aside a little, move a port so that it runs straight."""
        for number, net in enumerate(self.nets):
            near = MAX_SHIFT if len(net.links) > 1 else MAX_SINGLE_SHIFT
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
        inwards = [
            net.inward_shelf(channel)
            for channel in net.channels[1:]
            if net.is_crossed_from(channel, start_channel(link, self.spots))
        ]
        stops: list[Stop] = [(self.ports.positions[link.id], link.id)]
        stops += [(self.lanes.lane_x(number, shelf), None) for shelf in reversed(inwards)]
        return [*stops, (self.end_x(number), None if net.key_result else number)]

    def assign_tracks(self, shelves: int) -> None:
        """Give every net its track in every channel; the ports have been given before."""
        for channel in range(shelves + 1):
            runs = [self._build_run(number, channel) for number, net in enumerate(self.nets) if channel in net.channels]
            tracks = order_tracks([run for run in runs if not run.is_straight], apart=RUN_GAP)
            self.track_counts[channel] = len(tracks)
            self.tracks |= {(run.net, channel): place for place, track in enumerate(tracks) for run in track}

    def channel_depth(self, channel: int) -> float:
        """How deep a channel has to be for its tracks."""
        count = self.track_counts[channel]
        return max(EMPTY_CHANNEL_DEPTH, 2 * CHANNEL_MARGIN + TRACK_SPACING * (count - 1)) if count else EMPTY_CHANNEL_DEPTH

    def _build_run(self, number: int, channel: int) -> Run:
        net = self.nets[number]
        inward = [self.exit_x(number, channel)]
        outward = [self.lanes.lane_x(number, net.outward_shelf(channel))] if channel != net.furthest_channel else []
        starts = [(link, self.ports.positions[link.id]) for link in net.links if start_channel(link, self.spots) == channel]
        downs = [x for link, x in starts if is_upward(link, self.spots)]
        ups = [x for link, x in starts if not is_upward(link, self.spots)]
        if net.from_below:
            return Run(number, tuple(ups + inward), tuple(downs + outward))
        return Run(number, tuple(ups + outward), tuple(downs + inward))

    def exit_x(self, number: int, channel: int) -> float:
        """Where a net leaves a channel towards its end."""
        net = self.nets[number]
        return self.end_x(number) if channel == net.entry_channel else self.lanes.lane_x(number, net.inward_shelf(channel))

    def end_x(self, number: int) -> float:
        """Where a net leaves its last channel: at its port, or in the lane beside its key result."""
        net = self.nets[number]
        return (
            self.ports.positions[number] if net.key_result is None else self.lanes.lane_x(number, self.spots[net.parent].shelf)
        )
