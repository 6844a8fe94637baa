"""The layout of the map: the positions of all its marks. The same model always gives the same layout."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from projections.okr_map import badges, cards, edge_routing, heading, legend, page_size, shared_segments
from projections.okr_map.cards import CARD_WIDTH
from projections.okr_map.edge_paths import EdgePaths, Heights
from projections.okr_map.edge_routing import Net
from projections.okr_map.map_model import Link, MapModel
from projections.okr_map.palette import TEXT_STYLES
from projections.okr_map.placement import Piece, Placement
from projections.okr_map.primitives import Box, Mark, Text
from projections.okr_map.routing_plan import RoutingPlan
from projections.okr_map.shared_segments import Bundle
from projections.okr_map.vertical_lanes import Lanes
from projections.text import labels
from projections.text.coordinates import Point
from projections.text.text_metrics import wrap_text

MARGIN, RAIL_WIDTH, MIN_WIDTH = 40, 44, 940
BAND_PADDING, BAND_OVERHANG, GROUP_PADDING = 24, 10, 12
SPACE_ABOVE_SHELF, SPACE_BELOW_SHELF = 42, 16
NAME_WIDTH_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Panel:
    """A frame with the marks in it."""

    key: str
    box: Box
    marks: list[Mark]


@dataclass(slots=True)
class Layout:
    """All marks of the map; heading and legend are drawn enlarged by `scale`."""

    width: float
    scale: float
    height: float = 0
    heading: list[Mark] = field(default_factory=list)
    legend: list[Mark] = field(default_factory=list)
    bands: list[Panel] = field(default_factory=list)
    groups: list[Panel] = field(default_factory=list)
    cards: list[Panel] = field(default_factory=list)
    bundles: list[Bundle] = field(default_factory=list)


def build_layout(model: MapModel) -> Layout:
    return _LayoutBuilder(model).layout


class _LayoutBuilder:
    def __init__(self, model: MapModel) -> None:
        self.model = model
        self.cards = {id: cards.build_priority_card(item) for id, item in model.priorities.items()}
        self.cards |= {id: cards.build_objective_card(item) for id, item in model.objectives.items()}
        self.card_placement = Placement(model.bands, model.links, page_size.choose_columns(model, self.cards))
        self.name_lines = {piece: _group_name_lines(piece) for piece in self.card_placement.pieces}
        self.spots = edge_routing.locate_cards(self.card_placement)
        columns = max((spot.half_column // 2 + 1 + spot.half_column % 2 for spot in self.spots.values()), default=1)
        self.nets = edge_routing.build_nets(model.links, self.spots, columns)
        self.scale = page_size.text_scale(columns)
        self.margin, self.rail = round(MARGIN * self.scale), round(RAIL_WIDTH * self.scale)
        self.lanes = Lanes(self.nets, columns, self.margin + self.rail + BAND_PADDING)
        self.layout = Layout(max(self.lanes.right + BAND_PADDING + self.margin, MIN_WIDTH), self.scale)
        self.lanes.left += (self.layout.width - self.margin - BAND_PADDING - self.lanes.right) // 4 * 2
        badge_widths = {link.id: badges.link_badge_width(link) for link in model.links}
        self.routing = RoutingPlan(self.nets, self.spots, self.lanes, badge_widths)
        self._build()

    def _build(self) -> None:
        layout, width = self.layout, self.layout.width / self.scale - 2 * MARGIN
        layout.heading, bottom = heading.build_heading(self.model, MARGIN, MARGIN, width)
        self._place_ports()
        self.routing.assign_tracks(len(self.card_placement.shelves))
        heights = self._compute_heights(round(bottom * self.scale))
        layout.bands = list(self._build_bands(heights))
        for piece in self.card_placement.pieces:
            layout.groups.append(self._build_group(piece, heights))
            layout.cards += [self._build_card(card, heights) for card in piece.cards]
        paths = EdgePaths(self.routing, heights)
        layout.bundles = [
            _build_bundle(net, {link: paths.points(number, link) for link in net.links}) for number, net in enumerate(self.nets)
        ]
        bottom = heights.channels[-1] + self.routing.channel_depth(len(self.card_placement.shelves))
        layout.legend, bottom = legend.build_legend(MARGIN, bottom / self.scale, width)
        layout.height = (bottom + MARGIN) * self.scale

    def _place_ports(self) -> None:
        for piece, name in self.name_lines.items():
            for index, card in enumerate(piece.cards):
                left = self.lanes.card_left(piece.half_column + 2 * index)
                indent = max(text.width for text in name) + 10 if index == 0 else GROUP_PADDING
                right, middle = left + CARD_WIDTH - GROUP_PADDING, left + CARD_WIDTH / 2
                self.routing.ports.assign_ports(card, "top", left + indent, right, middle)
                self.routing.ports.assign_ports(card, "bottom", left + GROUP_PADDING, right, middle)
        self.routing.straighten()

    def _compute_heights(self, y: float) -> Heights:
        shelves, channels = list[float](), list[float]()
        for shelf in range(len(self.card_placement.shelves)):
            channels.append(y)
            shelves.append(y + self.routing.channel_depth(shelf) + SPACE_ABOVE_SHELF)
            card_heights = [self.cards[card].height for card, spot in self.spots.items() if spot.shelf == shelf]
            y = shelves[-1] + max(card_heights) + SPACE_BELOW_SHELF
        heights = {id: card.height for id, card in self.cards.items()}
        rows = {id: row for card in self.cards.values() for id, row in card.rows.items()}
        return Heights(shelves, [*channels, y], heights, rows)

    def _build_bands(self, heights: Heights) -> Iterator[Panel]:
        left, rail = self.margin, self.rail
        for number, band in enumerate(self.model.bands):
            shelves = [shelf for shelf, other in enumerate(self.card_placement.shelves) if other == number]
            top = heights.shelves[shelves[0]] - SPACE_ABOVE_SHELF - BAND_OVERHANG
            height = heights.channels[shelves[-1] + 1] + BAND_OVERHANG - top
            box = Box(left, top, self.layout.width - 2 * left, height, band.level, 14)
            name = Text(left + rail / 2, top + height / 2, labels.LEVEL_LABELS[band.level], "level", height, anchor="middle")
            name = replace(name, vertical_scale=min(self.scale, (height - GROUP_PADDING) / name.width))
            yield Panel(band.level, box, [Box(left, top, rail, height, f"{band.level}-rail", 14), name])

    def _build_group(self, piece: Piece, heights: Heights) -> Panel:
        left, top = self.lanes.card_left(piece.half_column), heights.shelves[piece.shelf]
        right = self.lanes.card_left(piece.half_column + 2 * len(piece.cards) - 2) + CARD_WIDTH
        width, height = right - left + 2 * GROUP_PADDING, heights.channels[piece.shelf + 1] - top + SPACE_ABOVE_SHELF
        box = Box(left - GROUP_PADDING, top - SPACE_ABOVE_SHELF, width, height, "group", 10)
        return Panel(piece.group.name, box, [text.translate(left, top) for text in self.name_lines[piece]])

    def _build_card(self, id: str, heights: Heights) -> Panel:
        spot, card = self.spots[id], self.cards[id]
        x, y = self.lanes.card_left(spot.half_column), heights.shelves[spot.shelf]
        box = Box(x, y, CARD_WIDTH, card.height, f"card-{card.state}", 8)
        return Panel(id, box, [mark.translate(x, y) for mark in card.marks])


def _build_bundle(net: Net, paths: dict[Link, list[Point]]) -> Bundle:
    edges = [(link, points, badges.place_badge(link, *points[:2])) for link, points in paths.items()]
    return shared_segments.build_bundle(net.kind, edges, faded=net.faded)


def _group_name_lines(piece: Piece) -> list[Text]:
    """The name of a group above its first card, relative to the corner of that card."""
    name = piece.group.name + (f" ({piece.part + 1} of {piece.parts})" if piece.parts > 1 else "")
    width, note = CARD_WIDTH * NAME_WIDTH_SHARE, piece.group.note
    lines = [(line, "unit") for line in wrap_text(name, width, TEXT_STYLES["unit"].size, most=1 if note else 2, bold=True)]
    lines += [(line, "note") for line in wrap_text(note, width, TEXT_STYLES["note"].size, most=1) if note]
    first = -9 - 15 * (len(lines) - 1)
    return [Text(0, first + 15 * index, line, type, width) for index, (line, type) in enumerate(lines)]
