"""Places cards on shelves and columns.

Bands are divided into shelves with a limited number of columns. Within a band, groups and cards are ordered by the barycentre
of their linked cards (Sugiyama, Tagawa and Toda 1981) in a few sweeps down and up; the result with the shortest links is kept.
Positions are in half columns, so that a card can stand between the two below it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from projections.okr_map.least_squares_spacing import space_apart
from projections.okr_map.map_model import Band, Group, Link

SWEEPS = 8
LINK_STRENGTH = {"vertical": 4, "explicit": 4, "strategic": 2, "horizontal": 1, "directional": 1}


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A group, or the part of a large group on one shelf; `half_column` is its left end."""

    group: Group
    part: int
    parts: int
    cards: tuple[str, ...]
    shelf: int = 0
    half_column: int = 0


def count_shelves(band: Band, columns: int) -> int:
    return -(-sum(len(group.cards) for group in band.groups) // columns)


class Placement:
    """The places of all cards, as `pieces`; `shelves` has the number of each shelf's band."""

    def __init__(self, bands: Sequence[Band], links: Iterable[Link], columns: int) -> None:
        self.bands = bands
        self.columns = columns
        self.neighbours = _build_neighbours(links)
        self.centres: dict[str, float] = {}
        self.pieces_by_band: list[list[Piece]] = [[] for _ in bands]
        self.shelves = [number for number, band in enumerate(bands) for _ in range(count_shelves(band, columns))]
        self._run_sweeps()

    @property
    def pieces(self) -> list[Piece]:
        return [piece for band in self.pieces_by_band for piece in band]

    def _run_sweeps(self) -> None:
        for number in range(len(self.bands)):
            self._place_band(number, lambda _: float(self.columns))
        best = self._total_link_length(), [*self.pieces_by_band]
        for sweep in range(SWEEPS):
            numbers = range(len(self.bands))
            for number in numbers if sweep % 2 == 0 else reversed(numbers):
                self._place_band(number, self._barycentre)
            best = min(best, (self._total_link_length(), [*self.pieces_by_band]), key=lambda result: result[0])
        self.pieces_by_band = best[1]

    def _barycentre(self, card: str) -> float:
        """The barycentre of the linked cards; without links, the position of the card."""
        ties = self.neighbours[card]
        pull = sum(strength for _, strength in ties)
        return sum(self.centres[other] * strength for other, strength in ties) / pull if pull else self.centres[card]

    def _total_link_length(self) -> float:
        return sum(
            strength * abs(self.centres[card] - self.centres[other])
            for card, ties in self.neighbours.items()
            for other, strength in ties
        )

    def _place_band(self, number: int, wish: Callable[[str], float]) -> None:
        wishes = {card: wish(card) for group in self.bands[number].groups for card in group.cards}
        pieces = [piece for group in self.bands[number].groups for piece in self._split_group(group, wishes)]
        pieces.sort(key=lambda piece: _mean_wish(wishes, piece))
        first = self.shelves.index(number)
        self.pieces_by_band[number] = []
        shelves = _distribute(pieces, self.shelves.count(number))
        for shelf, shelf_pieces in enumerate(shelves, first):
            step = 2 if len(shelves) > 1 else 1
            positions = _spread_pieces(shelf_pieces, wishes, 2 * self.columns, step)
            for piece, position in zip(shelf_pieces, positions, strict=True):
                self.pieces_by_band[number].append(replace(piece, shelf=shelf, half_column=position))
                self.centres |= {card: position + 2.0 * index + 1 for index, card in enumerate(piece.cards)}

    def _split_group(self, group: Group, wishes: dict[str, float]) -> list[Piece]:
        cards = sorted(group.cards, key=wishes.__getitem__)
        parts = -(-len(cards) // self.columns)
        ends = [len(cards) * part // parts for part in range(parts + 1)]
        return [Piece(group, part, parts, tuple(cards[ends[part] : ends[part + 1]])) for part in range(parts)]


def _build_neighbours(links: Iterable[Link]) -> defaultdict[str, list[tuple[str, int]]]:
    ties = defaultdict[str, list[tuple[str, int]]](list)
    for link in links:
        ties[link.child].append((link.parent, LINK_STRENGTH[link.kind]))
        ties[link.parent].append((link.child, LINK_STRENGTH[link.kind]))
    return ties


def _mean_wish(wishes: dict[str, float], piece: Piece) -> float:
    return sum(wishes[card] for card in piece.cards) / len(piece.cards)


def _distribute(pieces: list[Piece], shelves: int) -> list[list[Piece]]:
    """The pieces in order, each on the shelf with the fewest cards."""
    filled: list[list[Piece]] = [[] for _ in range(shelves)]
    for piece in pieces:
        min(filled, key=lambda shelf: sum(len(other.cards) for other in shelf)).append(piece)
    return filled


def _spread_pieces(pieces: list[Piece], wishes: dict[str, float], room: int, step: int) -> list[int]:
    """The positions of the pieces of a shelf, in order, as near to their wishes as possible."""
    widths = [2 * len(piece.cards) for piece in pieces]
    starts = [_mean_wish(wishes, piece) - width / 2 for piece, width in zip(pieces, widths, strict=True)]
    before = [0, *accumulate(widths)]
    spaced = space_apart(starts, widths, room=room)
    rounded = [step * round((start - used) / step) for start, used in zip(spaced, before, strict=False)]
    rising = accumulate(rounded, max)  # equal positions may differ in their last bit and be rounded apart
    return [free + used for free, used in zip(rising, before, strict=False)]
