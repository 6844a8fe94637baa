"""Badges: what stands at the beginning of a line: the state of a dependency, that a link ended, or a weight other than 1."""

from projections.okr_map.map_model import Link
from projections.okr_map.palette import TYPES
from projections.okr_map.primitives import Badge
from projections.text import words
from projections.text.text_metrics import cut, width

SMALLEST, LARGEST = 18, 72
AROUND = 10
AWAY = 15


def sized(text: str) -> float:
    """How wide a badge is with its text."""
    return max(SMALLEST, width(text, TYPES["badge"].size, bold=True) + AROUND) if text else SMALLEST


def told(link: Link) -> tuple[str, str] | None:
    """A link's badge as its state and its text, when it has one."""
    if link.kind == "horizontal" or link.faded:
        return link.state, ""
    if not words.weighty(link.weight):
        return None
    return "weight", cut(f"\u00d7{link.weight}", LARGEST - AROUND, TYPES["badge"].size, bold=True)


def room(link: Link) -> float:
    badge = told(link)
    return sized(badge[1]) if badge else 0


def at_beginning(link: Link, start: tuple[float, float], after: tuple[float, float]) -> Badge | None:
    """A link's badge on its line, beside the card that it leaves."""
    badge = told(link)
    return badge and Badge(start[0], start[1] + (AWAY if after[1] > start[1] else -AWAY), *badge)
