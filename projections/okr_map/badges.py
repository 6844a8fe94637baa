"""Badges at the beginning of lines: the state of a dependency, an ended link, or a weight other than 1."""

from decimal import Decimal

from okr_events.domain.decimals import format_decimal
from projections.okr_map.map_model import Link
from projections.okr_map.palette import TEXT_STYLES
from projections.okr_map.primitives import Badge
from projections.text import labels
from projections.text.rounding import format_exponent
from projections.text.text_metrics import text_width, truncate

MIN_WIDTH, MAX_WIDTH, PADDING, LINE_OFFSET = 18, 72, 10, 15
MAX_ZEROS = 4


def badge_width(text: str) -> float:
    return max(MIN_WIDTH, text_width(text, TEXT_STYLES["badge"].size, bold=True) + PADDING) if text else MIN_WIDTH


def badge_content(link: Link) -> tuple[str, str] | None:
    """The state and the text of a link's badge; null for a link without one."""
    if link.kind == "horizontal" or link.faded:
        return link.state, ""
    if not labels.has_custom_weight(link.weight):
        return None
    text = f"\u00d7{_format_weight(Decimal(link.weight or 1))}"
    return "weight", truncate(text, MAX_WIDTH - PADDING, TEXT_STYLES["badge"].size, bold=True)


def _format_weight(weight: Decimal) -> str:
    """The weight; very large and small ones with an exponent, so that no cut changes their size."""
    return format_decimal(weight) if -MAX_ZEROS < weight.adjusted() <= MAX_ZEROS else format_exponent(weight, 3)


def link_badge_width(link: Link) -> float:
    badge = badge_content(link)
    return badge_width(badge[1]) if badge else 0


def place_badge(link: Link, start: tuple[float, float], after: tuple[float, float]) -> Badge | None:
    """The badge of a link on its line from `start` to `after`, beside the card of its child."""
    badge = badge_content(link)
    return badge and Badge(start[0], start[1] + (LINE_OFFSET if after[1] > start[1] else -LINE_OFFSET), *badge)
