"""Legend: what every line, badge, sign and frame of the map means."""

from collections.abc import Iterator

from projections.okr_map.badges import sized
from projections.okr_map.primitives import Badge, Box, Mark, Sample, Sign, Text
from projections.text import words

LINES = {
    "vertical": "contributes to an objective",
    "explicit": "inherits a key result",
    "horizontal": "depends on an objective",
    "strategic": "serves a strategic priority",
    "directional": "takes as a guide",
}
STATES = ("proposed", "confirmed", "declined", "ended")
FOCUS = {"must_do": "urgent and important", "should_do": "important", "could_do": "neither, or urgent alone"}
STEP, SIDE, NAMES, APART = 27, 18, 84, 26

Entry = tuple[list[Mark], float, str]


def explained(x: float, y: float, room: float) -> tuple[list[Mark], float]:
    """The legend's marks, a part of it in lines that wrap, and where it ends."""
    marks, top, y = list[Mark](), y, y + 28
    for name, entries in (("Lines", _lines()), ("Badges", _badges()), ("Health", _healths()), ("Cards", _cards())):
        marks.append(Text(x + SIDE, y + 4.5, name, "tally", NAMES))
        left = x + SIDE + NAMES
        for signs, wide, text in entries:
            words_room = _wide(text, "legend")
            if left + wide + words_room > x + room - SIDE:
                left, y = x + SIDE + NAMES, y + STEP
            marks += [sign.moved(left, y) for sign in signs]
            marks.append(Text(left + wide, y + 4.5, text, "legend", words_room))
            left += wide + words_room + APART
        y += STEP
    return [Box(x, top, room, y - top - 3, "legend", 10), *marks], y - 3


def _wide(text: str, type: str) -> float:
    return Text(0, 0, text, type, 0).width


def _lines() -> Iterator[Entry]:
    for kind, text in LINES.items():
        yield [Sample(0, 0, kind)], 66, text


def _badges() -> Iterator[Entry]:
    for state in STATES:
        yield [Badge(9, 0, state)], 25, state
    for text, meaning in (("\u00d72", "weight, when it is not 1"), ("\u00d70", "weight 0, does not count")):
        yield [Badge(sized(text) / 2, 0, "weight", text)], sized(text) + 7, meaning


def _healths() -> Iterator[Entry]:
    for health, text in words.HEALTH.items():
        yield [Sign(8, 0, health, 16)], 23, text.lower()


def _cards() -> Iterator[Entry]:
    for focus, text in words.FOCUS.items():
        wide = _wide(text, focus)
        pill = Box(0, -9, wide + 14, 18, focus, 9)
        yield [pill, Text(7 + wide / 2, 4, text, focus, wide, anchor="middle")], wide + 21, FOCUS[focus]
    for state in ("draft", "closed", "cancelled"):
        yield [Box(0, -8, 26, 16, f"card-{state}", 4)], 33, state
    yield [Box(0, -4, 40, 8, "unmeasured", 4), Text(46, 4.5, "\u2013", "figure", 8)], 64, "not started"
