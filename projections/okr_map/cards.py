"""Cards: what is written on the card of an objective or of a priority, from the top down."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from projections.okr_map.palette import TYPES
from projections.okr_map.primitives import Box, Mark, Rule, Sign, Text
from projections.text import words
from projections.text.text_metrics import cut, width, wrapped

Thing = dict[str, Any]
WIDTH = 288
PAD = 16
INNER = WIDTH - 2 * PAD
INDENT = 20
FIGURE = 52


@dataclass(slots=True)
class Card:
    """A card's marks from its own corner, and where the rows of its key results are."""

    state: str
    marks: list[Mark] = field(default_factory=list)
    rows: dict[str, float] = field(default_factory=dict)
    height: float = PAD

    def write(self, text: str, type: str, *, most: int = 1, indent: float = 0, struck: bool = False) -> None:
        """Write text below what is there, in at most so many lines."""
        style, room, leftward = TYPES[type], INNER - indent, words.right_to_left(text)
        x = PAD + indent + (room if leftward else 0)
        for line in wrapped(text, room, style.size, most=most, bold=style.bold):
            self.height += style.leading
            y = self.height - style.leading * 0.28
            self.marks.append(Text(x, y, line, type, room, leftward=leftward, struck=struck))

    def space(self, height: float) -> None:
        self.height += height


def objective(thing: Thing) -> Card:
    card = Card(thing["state"])
    gone = thing["state"] == "cancelled"
    _head(card, thing)
    card.write(words.titled(thing), "title", most=5, struck=gone)
    card.space(3)
    for remark in _remarks(thing):
        card.write(remark, "small")
    card.space(2)
    _progress(card, thing, PAD)
    for part in thing["key_results"]:
        _key_result(card, part)
    card.space(PAD - 4)
    card.marks.insert(0, Box(4, 10, 4, card.height - 20, f"stripe-{words.health(thing)}", 2))
    return card


def _head(card: Card, thing: Thing) -> None:
    """Health to the left; what it is, when not simply agreed, and the focus to the right."""
    health = words.health(thing)
    card.marks.append(Sign(PAD + 8, card.height + 8, health, 16))
    card.marks.append(Text(PAD + 23, card.height + 12.5, words.HEALTH[health], "word", 76))
    left = _pill(card, WIDTH - PAD, words.FOCUS[thing["focus"]], thing["focus"])
    if thing["state"] in words.SHOWN:
        _pill(card, left - 5, words.said(thing["state"]), "state")
    card.space(23)


def _pill(card: Card, right: float, text: str, type: str) -> float:
    """A word in a frame that ends at `right`; gives where it begins."""
    room = width(text, TYPES[type].size, bold=TYPES[type].bold)
    left = right - room - 14
    card.marks.append(Box(left, card.height - 1, room + 14, 18, type, 9))
    card.marks.append(Text(left + 7 + room / 2, card.height + 12, text, type, room, anchor="middle"))
    return left


def _remarks(thing: Thing) -> list[str]:
    drawn = [words.said(thing["commitment"])]
    if thing["owner"] is None:
        drawn.append("no owner yet")
    if thing["score"] is not None:
        drawn.append(f"score {Decimal(thing['score']):.2f}")
    return [" \u2022 ".join(drawn), *filter(None, [words.mismatch(thing), words.beyond(thing), words.unstarted(thing)])]


def _progress(card: Card, thing: Thing, left: float) -> None:
    """A bar and a figure; a dash when nothing was measured yet."""
    figure = words.progress(thing)
    long = WIDTH - PAD - left - FIGURE
    card.marks.append(Box(left, card.height + 6, long, 8, "track" if figure else "unmeasured", 4))
    if figure and Decimal(thing["progress"]["value"]):
        share = float(Decimal(thing["progress"]["value"]))
        card.marks.append(Box(left, card.height + 6, max(4, long * min(share, 1)), 8, "fill", 4))
    card.marks.append(Text(WIDTH - PAD, card.height + 15, figure or "\u2013", "figure", FIGURE - 6, anchor="end"))
    card.space(20)


def _key_result(card: Card, part: Thing) -> None:
    card.space(5)
    card.marks.append(Rule(PAD, card.height, INNER))
    card.space(5)
    card.rows[part["id"]] = card.height + 9
    gone, health = part["state"] == "cancelled", words.health(part)
    card.marks.append(Sign(PAD + 7, card.height + 9, health, 13))
    card.write(words.titled(part), "result", most=3, indent=INDENT, struck=gone)
    judged = "Cancelled" if gone else words.HEALTH[health]
    weight = f"weight {part['weight']}" if words.weighty(part["weight"]) else ""
    counts = f"{weight}, does not count" if weight and not Decimal(part["weight"]) else weight
    told = " \u2022 ".join(filter(None, [judged, words.metric(part["metric"]), counts]))
    card.write(told, "small", most=2, indent=INDENT)
    for remark in filter(None, [words.mismatch(part), words.beyond(part)]):
        card.write(remark, "small", indent=INDENT)
    _progress(card, part, PAD + INDENT)


def priority(thing: Thing) -> Card:
    card = Card("draft" if thing["state"] == "draft" else "agreed")
    card.write(words.titled(thing), "title", most=5)
    card.space(3)
    if description := words.plain(thing["description"]):
        card.write(description, "small", most=3)
    begins, ends = thing["horizon"]["starts_on"], thing["horizon"]["ends_on"]
    state = "" if thing["state"] in {"active", "open"} else f" \u2022 {words.said(thing['state']).lower()}"
    card.write(cut(f"{begins} to {ends}{state}", INNER, 11), "small")
    card.space(PAD)
    return card
