"""Cards: what is written on the card of an objective or of a priority, from the top down."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from projections.okr_map.palette import TEXT_STYLES
from projections.okr_map.primitives import Box, HealthIcon, Mark, Rule, Text
from projections.text import words
from projections.text.text_metrics import text_width, truncate, wrap_text

JsonObject = dict[str, Any]
CARD_WIDTH = 288
PADDING = 16
INNER_WIDTH = CARD_WIDTH - 2 * PADDING
INDENT = 20
FIGURE_WIDTH = 52


@dataclass(slots=True)
class Card:
    """A card's marks from its own corner, and where the rows of its key results are."""

    state: str
    marks: list[Mark] = field(default_factory=list)
    rows: dict[str, float] = field(default_factory=dict)
    height: float = PADDING

    def add_text(self, text: str, type: str, *, most: int = 1, indent: float = 0, struck: bool = False) -> None:
        """Write text below what is there, in at most so many lines."""
        style, room, leftward = TEXT_STYLES[type], INNER_WIDTH - indent, words.is_right_to_left(text)
        x = PADDING + indent + (room if leftward else 0)
        for line in wrap_text(text, room, style.size, most=most, bold=style.bold):
            self.height += style.leading
            y = self.height - style.leading * 0.28
            self.marks.append(Text(x, y, line, type, room, leftward=leftward, struck=struck))

    def add_space(self, height: float) -> None:
        self.height += height


def build_objective_card(thing: JsonObject) -> Card:
    card = Card(thing["state"])
    gone = thing["state"] == "cancelled"
    _add_header(card, thing)
    card.add_text(words.display_title(thing), "title", most=5, struck=gone)
    card.add_space(3)
    for remark in _remarks(thing):
        card.add_text(remark, "small")
    card.add_space(2)
    _add_progress(card, thing, PADDING)
    for part in thing["key_results"]:
        _add_key_result(card, part)
    card.add_space(PADDING - 4)
    card.marks.insert(0, Box(4, 10, 4, card.height - 20, f"stripe-{words.effective_health(thing)}", 2))
    return card


def _add_header(card: Card, thing: JsonObject) -> None:
    """Health to the left; what it is, when not simply agreed, and the focus to the right."""
    health = words.effective_health(thing)
    card.marks.append(HealthIcon(PADDING + 8, card.height + 8, health, 16))
    card.marks.append(Text(PADDING + 23, card.height + 12.5, words.HEALTH_LABELS[health], "word", 76))
    left = _add_pill(card, CARD_WIDTH - PADDING, words.FOCUS_LABELS[thing["focus"]], thing["focus"])
    if thing["state"] in words.BADGED_STATES:
        _add_pill(card, left - 5, words.humanize(thing["state"]), "state")
    card.add_space(23)


def _add_pill(card: Card, right: float, text: str, type: str) -> float:
    """A word in a frame that ends at `right`; gives where it begins."""
    room = text_width(text, TEXT_STYLES[type].size, bold=TEXT_STYLES[type].bold)
    left = right - room - 14
    card.marks.append(Box(left, card.height - 1, room + 14, 18, type, 9))
    card.marks.append(Text(left + 7 + room / 2, card.height + 12, text, type, room, anchor="middle"))
    return left


def _remarks(thing: JsonObject) -> list[str]:
    drawn = [words.humanize(thing["commitment"])]
    if thing["owner"] is None:
        drawn.append("no owner yet")
    if thing["score"] is not None:
        drawn.append(f"score {Decimal(thing['score']):.2f}")
    return [
        " \u2022 ".join(drawn),
        *filter(
            None, [words.describe_health_mismatch(thing), words.describe_out_of_range(thing), words.describe_unstarted(thing)]
        ),
    ]


def _add_progress(card: Card, thing: JsonObject, left: float) -> None:
    """A bar and a figure; a dash when nothing was measured yet."""
    figure = words.format_progress(thing)
    long = CARD_WIDTH - PADDING - left - FIGURE_WIDTH
    card.marks.append(Box(left, card.height + 6, long, 8, "track" if figure else "unmeasured", 4))
    if figure and Decimal(thing["progress"]["value"]):
        share = float(Decimal(thing["progress"]["value"]))
        card.marks.append(Box(left, card.height + 6, max(4, long * min(share, 1)), 8, "fill", 4))
    card.marks.append(
        Text(CARD_WIDTH - PADDING, card.height + 15, figure or "\u2013", "figure", FIGURE_WIDTH - 6, anchor="end")
    )
    card.add_space(20)


def _add_key_result(card: Card, part: JsonObject) -> None:
    card.add_space(5)
    card.marks.append(Rule(PADDING, card.height, INNER_WIDTH))
    card.add_space(5)
    card.rows[part["id"]] = card.height + 9
    gone, health = part["state"] == "cancelled", words.effective_health(part)
    card.marks.append(HealthIcon(PADDING + 7, card.height + 9, health, 13))
    card.add_text(words.display_title(part), "result", most=3, indent=INDENT, struck=gone)
    judged = "Cancelled" if gone else words.HEALTH_LABELS[health]
    weight = f"weight {part['weight']}" if words.has_custom_weight(part["weight"]) else ""
    counts = f"{weight}, does not count" if weight and not Decimal(part["weight"]) else weight
    told = " \u2022 ".join(filter(None, [judged, words.describe_metric(part["metric"]), counts]))
    card.add_text(told, "small", most=2, indent=INDENT)
    for remark in filter(None, [words.describe_health_mismatch(part), words.describe_out_of_range(part)]):
        card.add_text(remark, "small", indent=INDENT)
    _add_progress(card, part, PADDING + INDENT)


def build_priority_card(thing: JsonObject) -> Card:
    card = Card("draft" if thing["state"] == "draft" else "agreed")
    card.add_text(words.display_title(thing), "title", most=5)
    card.add_space(3)
    if description := words.single_line(thing["description"]):
        card.add_text(description, "small", most=3)
    begins, ends = thing["horizon"]["starts_on"], thing["horizon"]["ends_on"]
    state = "" if thing["state"] in {"active", "open"} else f" \u2022 {words.humanize(thing['state']).lower()}"
    card.add_text(truncate(f"{begins} to {ends}{state}", INNER_WIDTH, 11), "small")
    card.add_space(PADDING)
    return card
