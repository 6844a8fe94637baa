"""Page: how many cards stand beside each other, and how large the writing around them is on a page of that width."""

from collections.abc import Mapping

from projections.okr_map.cards import WIDTH, Card
from projections.okr_map.map_model import Contents
from projections.okr_map.placement import shelves_needed

LIKED = 1.45  # a sheet lying on its side
BETWEEN, AROUND, ABOVE = 70, 150, 300
UNSCALED, LARGEST = 6, 3


def columns(contents: Contents, drawn: Mapping[str, Card]) -> int:
    """The number of cards beside each other that makes the page about as wide as a sheet lying on its side."""
    most = max((sum(len(group.cards) for group in band.groups) for band in contents.bands), default=1)
    return min(range(1, most + 1), key=lambda number: _misshape(contents, drawn, number))


def _misshape(contents: Contents, drawn: Mapping[str, Card], number: int) -> float:
    height = float(ABOVE)
    for band in contents.bands:
        tallest = max(drawn[card].height for group in band.groups for card in group.cards)
        height += shelves_needed(band, number) * (tallest + AROUND)
    ratio = (number * (WIDTH + BETWEEN) + AROUND) / (height * LIKED)
    return max(ratio, 1 / ratio)


def scale(number: int) -> float:
    """How much larger the heading, the legend and the names of the levels are on a wide page, to be read from afar."""
    return round(min(max(number / UNSCALED, 1), LARGEST), 1)
