"""The routing plan: the ports of lines, and their tracks in the channels between shelves and in the gaps between cards."""

from collections.abc import Hashable, Mapping

from projections.okr_map.edge_routing import Net, Spot, is_upward, start_channel
from projections.okr_map.map_model import Link
from projections.okr_map.ports import DEFAULT_PORT_WIDTH, Ports
from projections.okr_map.track_packing import Run, order_tracks
from projections.okr_map.vertical_lanes import Lanes

Stop = tuple[float, Hashable]
TRACK_SPACING, CHANNEL_MARGIN, EMPTY_CHANNEL_DEPTH = 9, 20, 30
RUN_GAP, BADGE_MARGIN = 12, 6
MAX_SHIFT, MAX_SINGLE_SHIFT = 24, 110


class RoutingPlan:
    """The horizontal positions of all lines, and the number of tracks in each channel."""

    def __init__(self, nets: list[Net], spots: Mapping[str, Spot], lanes: Lanes, badge_widths: Mapping[str, float]) -> None:
        self.nets = nets
        self.spots = spots
        self.lanes = lanes
        self.ports = Ports()
        self.tracks: dict[tuple[int, int], int] = {}
        self.track_counts: dict[int, int] = {}
        for number, net in enumerate(nets):
            for link in net.links:
                self._request_exit_port(number, link, badge_widths[link.id])
            if net.key_result is None:
                self._request_entry_port(number, net)

    def _request_exit_port(self, number: int, link: Link, badge_width: float) -> None:
        net, channel = self.nets[number], start_channel(link, self.spots)
        straight = channel == net.entry_channel and net.key_result is None
        toward = self._card_centre_x(net.parent) if straight else self.lanes.lane_x(number, net.inward_shelf(channel))
        edge = "top" if is_upward(link, self.spots) else "bottom"
        width = max(DEFAULT_PORT_WIDTH, badge_width + BADGE_MARGIN)
        self.ports.request_port(link.child, edge, link.id, toward=toward, width=width)

    def _request_entry_port(self, number: int, net: Net) -> None:
        origins = [self._card_centre_x(link.child) for link in net.links]
        edge = "bottom" if net.from_below else "top"
        self.ports.request_port(net.parent, edge, number, toward=sum(origins) / len(origins))

    def _card_centre_x(self, card: str) -> float:
        return self.lanes.centre_x(self.spots[card].centre)

    def straighten(self) -> None:
        """Move ports so that lines with a small sideways step run straight."""
        for number, net in enumerate(self.nets):
            max_shift = MAX_SHIFT if len(net.links) > 1 else MAX_SINGLE_SHIFT
            for link in net.links:
                for end in (0, -1):
                    stops = self._stops(number, link)
                    stop, neighbour = (stops[0], stops[1]) if end == 0 else (stops[-1], stops[-2])
                    if 0 < abs(stop[0] - neighbour[0]) < max_shift:
                        self._align(stop, neighbour)

    def _align(self, stop: Stop, neighbour: Stop) -> None:
        for (_, key), (x, _) in ((stop, neighbour), (neighbour, stop)):
            if key is not None and self.ports.align(key, x):
                return

    def _stops(self, number: int, link: Link) -> list[Stop]:
        """The x of the vertical segments of a link, each with the key of the port that can be moved."""
        net = self.nets[number]
        first = start_channel(link, self.spots)
        inwards = [net.inward_shelf(channel) for channel in net.channels[1:] if net.is_crossed_from(channel, first)]
        stops: list[Stop] = [(self.ports.positions[link.id], link.id)]
        stops += [(self.lanes.lane_x(number, shelf), None) for shelf in reversed(inwards)]
        return [*stops, (self.end_x(number), None if net.key_result else number)]

    def assign_tracks(self, shelves: int) -> None:
        """Assign every net a track in each of its channels, after the ports are assigned."""
        for channel in range(shelves + 1):
            runs = [self._build_run(number, channel) for number, net in enumerate(self.nets) if channel in net.channels]
            tracks = order_tracks([run for run in runs if not run.is_straight], apart=RUN_GAP)
            self.track_counts[channel] = len(tracks)
            self.tracks |= {(run.net, channel): index for index, track in enumerate(tracks) for run in track}

    def channel_depth(self, channel: int) -> float:
        """The height of a channel with its tracks."""
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
        """The x at which a net leaves a channel towards its target."""
        net = self.nets[number]
        return self.end_x(number) if channel == net.entry_channel else self.lanes.lane_x(number, net.inward_shelf(channel))

    def end_x(self, number: int) -> float:
        """The x at which a net leaves its last channel: its port, or the lane beside its key result."""
        net = self.nets[number]
        if net.key_result is None:
            return self.ports.positions[number]
        return self.lanes.lane_x(number, self.spots[net.parent].shelf)
