"""The number of columns of the map, and the scale of the texts around the cards."""

from collections.abc import Mapping

from projections.okr_map.cards import CARD_WIDTH, Card
from projections.okr_map.map_model import MapModel
from projections.okr_map.placement import count_shelves

TARGET_RATIO = 1.45  # a sheet in landscape format
COLUMN_GAP, SHELF_MARGIN, HEADING_HEIGHT = 70, 150, 300
UNSCALED_COLUMNS, MAX_SCALE = 6, 3


def choose_columns(model: MapModel, cards: Mapping[str, Card]) -> int:
    """The number of columns with which the page is nearest to a sheet in landscape format."""
    max_columns = max((sum(len(group.cards) for group in band.groups) for band in model.bands), default=1)
    return min(range(1, max_columns + 1), key=lambda number: _aspect_error(model, cards, number))


def _aspect_error(model: MapModel, cards: Mapping[str, Card], number: int) -> float:
    height = float(HEADING_HEIGHT)
    for band in model.bands:
        tallest = max(cards[card].height for group in band.groups for card in group.cards)
        height += count_shelves(band, number) * (tallest + SHELF_MARGIN)
    ratio = (number * (CARD_WIDTH + COLUMN_GAP) + SHELF_MARGIN) / (height * TARGET_RATIO)
    return max(ratio, 1 / ratio)


def text_scale(number: int) -> float:
    """The factor that enlarges heading, legend and level names on a wide page, so that they stay readable."""
    return round(min(max(number / UNSCALED_COLUMNS, 1), MAX_SCALE), 1)
