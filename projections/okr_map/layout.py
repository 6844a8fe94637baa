"""Layout: every mark of the map in its place, from the contents alone; the same contents give the same places."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from projections.okr_map import badges, cards, edge_routing, heading, legend, page_size, shared_segments
from projections.okr_map.cards import WIDTH
from projections.okr_map.edge_paths import Heights, Ways
from projections.okr_map.edge_routing import Net
from projections.okr_map.map_model import Contents, Link
from projections.okr_map.palette import TYPES
from projections.okr_map.placement import Order, Piece
from projections.okr_map.primitives import Box, Mark, Text
from projections.okr_map.routing_plan import Wiring
from projections.okr_map.shared_segments import Bundle
from projections.okr_map.vertical_lanes import Lanes
from projections.text import words
from projections.text.text_metrics import wrapped

MARGIN = 40
RAIL = 44
INSIDE = 24
ABOVE, BELOW = 42, 16
AROUND = 12
VERGE = 10
NAMED = 0.6
NARROWEST = 940


@dataclass(frozen=True, slots=True)
class Placed:
    """Something with a frame and what is written in it."""

    key: str
    box: Box
    marks: list[Mark]


@dataclass(slots=True)
class Layout:
    """The whole picture; heading and legend are drawn `scale` times as large as their marks say."""

    width: float
    scale: float
    height: float = 0
    heading: list[Mark] = field(default_factory=list)
    legend: list[Mark] = field(default_factory=list)
    bands: list[Placed] = field(default_factory=list)
    groups: list[Placed] = field(default_factory=list)
    cards: list[Placed] = field(default_factory=list)
    bundles: list[Bundle] = field(default_factory=list)


def laid_out(contents: Contents) -> Layout:
    return _Drawing(contents).layout


class _Drawing:
    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self.cards = {id: cards.priority(each) for id, each in contents.priorities.items()}
        self.cards |= {id: cards.objective(each) for id, each in contents.objectives.items()}
        self.order = Order(contents.bands, contents.links, page_size.columns(contents, self.cards))
        self.names = {piece: _named(piece) for piece in self.order.pieces}
        self.where = edge_routing.spots(self.order)
        columns = max((spot.at // 2 + 1 + spot.at % 2 for spot in self.where.values()), default=1)
        self.nets = edge_routing.netted(contents.links, self.where, columns)
        self.scale = page_size.scale(columns)
        self.margin, self.rail = round(MARGIN * self.scale), round(RAIL * self.scale)
        self.lanes = Lanes(self.nets, columns, self.margin + self.rail + INSIDE)
        self.layout = Layout(max(self.lanes.right + INSIDE + self.margin, NARROWEST), self.scale)
        self.lanes.left += (self.layout.width - self.margin - INSIDE - self.lanes.right) // 4 * 2
        self.wiring = Wiring(self.nets, self.where, self.lanes, {link.id: badges.room(link) for link in contents.links})
        self._draw()

    def _draw(self) -> None:
        layout, room = self.layout, self.layout.width / self.scale - 2 * MARGIN
        layout.heading, bottom = heading.headed(self.contents, MARGIN, MARGIN, room)
        self._give_ports()
        self.wiring.lay(len(self.order.shelves))
        heights = self._heights(round(bottom * self.scale))
        layout.bands = list(self._bands(heights))
        for piece in self.order.pieces:
            layout.groups.append(self._group(piece, heights))
            layout.cards += [self._card(card, heights) for card in piece.cards]
        ways = Ways(self.wiring, heights)
        layout.bundles = [
            _bundle(net, {link: ways.points(number, link) for link in net.links}) for number, net in enumerate(self.nets)
        ]
        bottom = heights.channels[-1] + self.wiring.depth(len(self.order.shelves))
        layout.legend, bottom = legend.explained(MARGIN, bottom / self.scale, room)
        layout.height = (bottom + MARGIN) * self.scale

    def _give_ports(self) -> None:
        for piece, name in self.names.items():
            for index, card in enumerate(piece.cards):
                left = self.lanes.card(piece.at + 2 * index)
                named = max(text.width for text in name) + 10 if index == 0 else AROUND
                right, middle = left + WIDTH - AROUND, left + WIDTH / 2
                self.wiring.ports.give(card, "top", left + named, right, middle)
                self.wiring.ports.give(card, "bottom", left + AROUND, right, middle)
        self.wiring.straighten()

    def _heights(self, y: float) -> Heights:
        shelves, channels = list[float](), list[float]()
        for shelf in range(len(self.order.shelves)):
            channels.append(y)
            shelves.append(y + self.wiring.depth(shelf) + ABOVE)
            standing = [self.cards[card].height for card, spot in self.where.items() if spot.shelf == shelf]
            y = shelves[-1] + max(standing) + BELOW
        own = {id: card.height for id, card in self.cards.items()}
        rows = {id: row for card in self.cards.values() for id, row in card.rows.items()}
        return Heights(shelves, [*channels, y], own, rows)

    def _bands(self, heights: Heights) -> Iterator[Placed]:
        left, rail = self.margin, self.rail
        for number, band in enumerate(self.contents.bands):
            mine = [shelf for shelf, other in enumerate(self.order.shelves) if other == number]
            top = heights.shelves[mine[0]] - ABOVE - VERGE
            high = heights.channels[mine[-1] + 1] + VERGE - top
            box = Box(left, top, self.layout.width - 2 * left, high, band.level, 14)
            name = Text(left + rail / 2, top + high / 2, words.LEVELS[band.level], "level", high, anchor="middle")
            name = replace(name, turned=min(self.scale, (high - AROUND) / name.width))
            marks = [Box(left, top, rail, high, f"{band.level}-rail", 14), name]
            yield Placed(band.level, box, marks)

    def _group(self, piece: Piece, heights: Heights) -> Placed:
        left, top = self.lanes.card(piece.at), heights.shelves[piece.shelf]
        right = self.lanes.card(piece.at + 2 * len(piece.cards) - 2) + WIDTH
        bottom = heights.channels[piece.shelf + 1]
        box = Box(left - AROUND, top - ABOVE, right - left + 2 * AROUND, bottom - top + ABOVE, "group", 10)
        return Placed(piece.group.name, box, [text.moved(left, top) for text in self.names[piece]])

    def _card(self, id: str, heights: Heights) -> Placed:
        spot, card = self.where[id], self.cards[id]
        x, y = self.lanes.card(spot.at), heights.shelves[spot.shelf]
        box = Box(x, y, WIDTH, card.height, f"card-{card.state}", 8)
        return Placed(id, box, [mark.moved(x, y) for mark in card.marks])


def _bundle(net: Net, ways: dict[Link, list[tuple[float, float]]]) -> Bundle:
    drawn = [(link, way, badges.at_beginning(link, way[0], way[1])) for link, way in ways.items()]
    return shared_segments.bundled(net.kind, drawn, faded=net.faded)


def _named(piece: Piece) -> list[Text]:
    """A group's name above its first card, from that card's corner; lines keep to its right."""
    name = piece.group.name + (f" ({piece.part + 1} of {piece.parts})" if piece.parts > 1 else "")
    room, note = WIDTH * NAMED, piece.group.note
    lines = [(line, "unit") for line in wrapped(name, room, TYPES["unit"].size, most=1 if note else 2, bold=True)]
    lines += [(line, "note") for line in wrapped(note, room, TYPES["note"].size, most=1) if note]
    first = -9 - 15 * (len(lines) - 1)
    return [Text(0, first + 15 * index, line, type, room) for index, (line, type) in enumerate(lines)]
