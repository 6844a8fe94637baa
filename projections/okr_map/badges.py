"""Badges at the beginning of lines: the state of a dependency, an ended link, or a weight other than 1."""

from projections.okr_map.map_model import Link
from projections.okr_map.palette import TEXT_STYLES
from projections.okr_map.primitives import Badge
from projections.text import labels
from projections.text.text_metrics import text_width, truncate

MIN_WIDTH, MAX_WIDTH, PADDING, LINE_OFFSET = 18, 72, 10, 15


def badge_width(text: str) -> float:
    return max(MIN_WIDTH, text_width(text, TEXT_STYLES["badge"].size, bold=True) + PADDING) if text else MIN_WIDTH


def badge_content(link: Link) -> tuple[str, str] | None:
    """The state and the text of a link's badge; null for a link without one."""
    if link.kind == "horizontal" or link.faded:
        return link.state, ""
    if not labels.has_custom_weight(link.weight):
        return None
    return "weight", truncate(f"\u00d7{link.weight}", MAX_WIDTH - PADDING, TEXT_STYLES["badge"].size, bold=True)


def link_badge_width(link: Link) -> float:
    badge = badge_content(link)
    return badge_width(badge[1]) if badge else 0


def place_badge(link: Link, start: tuple[float, float], after: tuple[float, float]) -> Badge | None:
    """The badge of a link on its line from `start` to `after`, beside the card of its child."""
    badge = badge_content(link)
    return badge and Badge(start[0], start[1] + (LINE_OFFSET if after[1] > start[1] else -LINE_OFFSET), *badge)
