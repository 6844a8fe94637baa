"""The lanes of vertical lines in the gaps between cards, and the width of the gaps."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from projections.okr_map.cards import CARD_WIDTH
from projections.okr_map.edge_routing import Net
from projections.okr_map.track_packing import pack_tracks

MIN_GAP, MAX_GAP = 52, 150
LANE_SPACING = 8
CARD_MARGIN = 18  # from the edge of a card to the nearest lane, with room for an arrowhead


@dataclass(slots=True)
class Lanes:
    """The lane of each net in each gap on its route, and the resulting grid of columns."""

    nets: Sequence[Net]
    columns: int
    left: float
    lane_numbers: dict[tuple[int, int], int] = field(default_factory=dict)
    lane_counts: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))

    def __post_init__(self) -> None:
        for gap, spans in self._build_spans().items():
            tracks = pack_tracks(spans)
            self.lane_counts[gap] = len(tracks)
            for number, track in enumerate(tracks):
                self.lane_numbers |= {(net, shelf): number for net, shelves in track for shelf in shelves}

    @property
    def gap_width(self) -> float:
        lanes = max(self.lane_counts.values(), default=0)
        return min(max(MIN_GAP, 2 * CARD_MARGIN + LANE_SPACING * (lanes - 1)), MAX_GAP)

    @property
    def right(self) -> float:
        return self.centre_x(2 * self.columns) + self.gap_width / 2

    def centre_x(self, half_column: int) -> float:
        """The x of the centre of a gap or a card."""
        return self.left + self.gap_width / 2 + half_column * (CARD_WIDTH + self.gap_width) / 2

    def card_left(self, half_column: int) -> float:
        return self.centre_x(half_column) + self.gap_width / 2

    def lane_x(self, net: int, shelf: int) -> float:
        """The x of a net's lane through a shelf. It is odd; ports are even."""
        gap = self.nets[net].gaps[shelf]
        count = self.lane_counts[gap]
        apart = min(LANE_SPACING, (self.gap_width - 2 * CARD_MARGIN) / (count - 1)) if count > 1 else 0
        x = self.centre_x(gap) + (self.lane_numbers[net, shelf] - (count - 1) / 2) * apart
        return 2 * round((x - 1) / 2) + 1

    def _build_spans(self) -> dict[int, list[tuple[float, float, tuple[int, list[int]]]]]:
        """For each gap the first and last channel of each net that stays in it, with the shelves between them."""
        spans = defaultdict[int, list[tuple[float, float, tuple[int, list[int]]]]](list)
        for number, net in enumerate(self.nets):
            stretches = list[list[int]]()
            for shelf in sorted(net.gaps):
                last = stretches[-1] if stretches else None
                if last and last[-1] == shelf - 1 and net.gaps[last[-1]] == net.gaps[shelf]:
                    last.append(shelf)
                else:
                    stretches.append([shelf])
            for stretch in stretches:
                spans[net.gaps[stretch[0]]].append((stretch[0], stretch[-1] + 1, (number, stretch)))
        return spans
