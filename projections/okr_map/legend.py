"""The legend of the map: lines, badges, health icons and cards."""

from collections.abc import Iterator

from projections.okr_map.badges import badge_width
from projections.okr_map.primitives import Badge, Box, HealthIcon, LineSample, Mark, Text
from projections.text import labels

LINE_MEANINGS = {
    "vertical": "contributes to an objective",
    "explicit": "inherits a key result",
    "horizontal": "depends on an objective",
    "strategic": "serves a strategic priority",
    "directional": "takes as a guide",
}
BADGE_STATES = ("proposed", "confirmed", "declined", "ended")
FOCUS_MEANINGS = {"must_do": "urgent and important", "should_do": "important", "could_do": "neither, or urgent alone"}
LINE_HEIGHT, SIDE_PADDING, NAME_WIDTH, ENTRY_GAP = 27, 18, 84, 26

LegendEntry = tuple[list[Mark], float, str]
"""The marks of a sample, their width, and the text beside them."""


def build_legend(x: float, y: float, width: float) -> tuple[list[Mark], float]:
    """The marks of the legend in lines of a width, and the y of its lower end."""
    marks, top, y = list[Mark](), y, y + 28
    groups = {"Lines": _line_entries(), "Badges": _badge_entries(), "Health": _health_entries(), "Cards": _card_entries()}
    for name, entries in groups.items():
        marks.append(Text(x + SIDE_PADDING, y + 4.5, name, "tally", NAME_WIDTH))
        left = x + SIDE_PADDING + NAME_WIDTH
        for samples, sample_width, text in entries:
            text_width = _text_width(text, "legend")
            if left + sample_width + text_width > x + width - SIDE_PADDING:
                left, y = x + SIDE_PADDING + NAME_WIDTH, y + LINE_HEIGHT
            marks += [sample.translate(left, y) for sample in samples]
            marks.append(Text(left + sample_width, y + 4.5, text, "legend", text_width))
            left += sample_width + text_width + ENTRY_GAP
        y += LINE_HEIGHT
    return [Box(x, top, width, y - top - 3, "legend", 10), *marks], y - 3


def _text_width(text: str, type: str) -> float:
    return Text(0, 0, text, type, 0).width


def _line_entries() -> Iterator[LegendEntry]:
    for kind, text in LINE_MEANINGS.items():
        yield [LineSample(0, 0, kind)], 66, text


def _badge_entries() -> Iterator[LegendEntry]:
    for state in BADGE_STATES:
        yield [Badge(9, 0, state)], 25, state
    for text, meaning in (("\u00d72", "weight other than 1"), ("\u00d70", "weight 0, does not count")):
        yield [Badge(badge_width(text) / 2, 0, "weight", text)], badge_width(text) + 7, meaning


def _health_entries() -> Iterator[LegendEntry]:
    for health, text in labels.HEALTH_LABELS.items():
        yield [HealthIcon(8, 0, health, 16)], 23, text.lower()


def _card_entries() -> Iterator[LegendEntry]:
    for focus, text in labels.FOCUS_LABELS.items():
        width = _text_width(text, focus)
        pill = Box(0, -9, width + 14, 18, focus, 9)
        yield [pill, Text(7 + width / 2, 4, text, focus, width, anchor="middle")], width + 21, FOCUS_MEANINGS[focus]
    for state in ("draft", "closed", "cancelled"):
        yield [Box(0, -8, 26, 16, f"card-{state}", 4)], 33, state
    yield [Box(0, -4, 40, 8, "unmeasured", 4), Text(46, 4.5, "\u2013", "figure", 8)], 64, "not started"
