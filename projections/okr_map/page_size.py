"""Page: how many cards stand beside each other, and how large the writing around them is on a page of that width."""

from collections.abc import Mapping

from projections.okr_map.cards import CARD_WIDTH, Card
from projections.okr_map.map_model import MapModel
from projections.okr_map.placement import count_shelves

TARGET_RATIO = 1.45  # a sheet lying on its side
COLUMN_GAP, SHELF_MARGIN, HEADING_HEIGHT = 70, 150, 300
UNSCALED_COLUMNS, MAX_SCALE = 6, 3


def choose_columns(contents: MapModel, drawn: Mapping[str, Card]) -> int:
    """The number of cards beside each other that makes the page about as wide as a sheet lying on its side."""
    most = max((sum(len(group.cards) for group in band.groups) for band in contents.bands), default=1)
    return min(range(1, most + 1), key=lambda number: _aspect_error(contents, drawn, number))


def _aspect_error(contents: MapModel, drawn: Mapping[str, Card], number: int) -> float:
    height = float(HEADING_HEIGHT)
    for band in contents.bands:
        tallest = max(drawn[card].height for group in band.groups for card in group.cards)
        height += count_shelves(band, number) * (tallest + SHELF_MARGIN)
    ratio = (number * (CARD_WIDTH + COLUMN_GAP) + SHELF_MARGIN) / (height * TARGET_RATIO)
    return max(ratio, 1 / ratio)


def text_scale(number: int) -> float:
    """How much larger the heading, the legend and the names of the levels are on a wide page, to be read from afar."""
    return round(min(max(number / UNSCALED_COLUMNS, 1), MAX_SCALE), 1)
