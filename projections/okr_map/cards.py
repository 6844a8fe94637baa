"""The content of the cards of objectives and priorities, from the top down."""

from dataclasses import dataclass, field
from decimal import Decimal

from okr_events.json_types import JsonObject
from projections.okr_map import alt_text
from projections.okr_map.palette import TEXT_STYLES
from projections.okr_map.primitives import Box, HealthIcon, Mark, Rule, Text
from projections.text import labels
from projections.text.text_metrics import text_width, truncate, wrap_text

CARD_WIDTH, PADDING, INDENT, FIGURE_WIDTH = 288, 16, 20, 52
INNER_WIDTH = CARD_WIDTH - 2 * PADDING
MAX_NUMBER_LINES, MIN_BAR_WIDTH = 4, 60
"""The lines that the longest number needs, and the shortest bar beside a number."""


@dataclass(slots=True)
class Card:
    """The marks of a card relative to its corner, and the y of its key results."""

    state: str
    marks: list[Mark] = field(default_factory=list)
    rows: dict[str, float] = field(default_factory=dict)
    height: float = PADDING

    def add_text(self, text: str, type: str, *, max_lines: int = 1, indent: float = 0, struck: bool = False) -> None:
        """Add text below the last mark, truncated to `max_lines`."""
        style, width, leftward = TEXT_STYLES[type], INNER_WIDTH - indent, labels.is_right_to_left(text)
        x = PADDING + indent + (width if leftward else 0)
        for line in wrap_text(text, width, style.size, most=max_lines, bold=style.bold):
            self.height += style.leading
            y = self.height - style.leading * 0.28
            self.marks.append(Text(x, y, line, type, width, leftward=leftward, struck=struck))


def build_objective_card(objective: JsonObject) -> Card:
    card = Card(objective["state"])
    _add_header(card, objective)
    card.add_text(labels.display_title(objective), "title", max_lines=5, struck=objective["state"] == "cancelled")
    card.height += 3
    for remark in _remarks(objective):
        card.add_text(remark, "small", max_lines=MAX_NUMBER_LINES)
    card.height += 2
    _add_progress(card, objective, PADDING)
    for key_result in objective["key_results"]:
        _add_key_result(card, key_result)
    card.height += PADDING - 4
    card.marks.insert(0, Box(4, 10, 4, card.height - 20, f"stripe-{labels.effective_health(objective)}", 2))
    return card


def _add_header(card: Card, objective: JsonObject) -> None:
    """Health on the left; focus and, unless agreed, the state on the right."""
    health = labels.effective_health(objective)
    card.marks.append(HealthIcon(PADDING + 8, card.height + 8, health, 16))
    card.marks.append(Text(PADDING + 23, card.height + 12.5, labels.HEALTH_LABELS[health], "word", 76))
    left = _add_pill(card, CARD_WIDTH - PADDING, labels.FOCUS_LABELS[objective["focus"]], objective["focus"])
    if objective["state"] in labels.BADGED_STATES:
        _add_pill(card, left - 5, labels.humanize(objective["state"]), "state")
    card.height += 23


def _add_pill(card: Card, right: float, text: str, type: str) -> float:
    """Add a framed word that ends at `right`; returns its left end."""
    width = text_width(text, TEXT_STYLES[type].size, bold=TEXT_STYLES[type].bold)
    left = right - width - 14
    card.marks.append(Box(left, card.height - 1, width + 14, 18, type, 9))
    card.marks.append(Text(left + 7 + width / 2, card.height + 12, text, type, width, anchor="middle"))
    return left


def _remarks(objective: JsonObject) -> list[str]:
    facts = [labels.humanize(objective["commitment"])]
    facts += ["no owner yet"] if objective["owner"] is None else []
    facts += [f"score {objective['score']}"] if objective["score"] is not None else []
    return [" \u2022 ".join(facts), *alt_text.list_remarks(objective)]


def _add_progress(card: Card, item: JsonObject, left: float) -> None:
    """Add a progress bar with a number, below it if it is long, or with a dash without a value."""
    figure = labels.format_progress(item)
    text = figure or labels.EMPTY_VALUE
    figure_width = max(FIGURE_WIDTH, text_width(text, TEXT_STYLES["figure"].size, bold=True) + 6)
    width = CARD_WIDTH - PADDING - left - figure_width
    below = width < MIN_BAR_WIDTH
    width = CARD_WIDTH - PADDING - left if below else width
    card.marks.append(Box(left, card.height + 6, width, 8, "track" if figure else "unmeasured", 4))
    if figure and Decimal(item["progress"]["value"]):
        share = float(Decimal(item["progress"]["value"]))
        card.marks.append(Box(left, card.height + 6, max(4, width * min(share, 1)), 8, "fill", 4))
    if not below:
        card.marks.append(Text(CARD_WIDTH - PADDING, card.height + 15, text, "figure", figure_width - 6, anchor="end"))
    card.height += 20
    if below:
        card.add_text(text, "figure", max_lines=MAX_NUMBER_LINES, indent=left - PADDING)


def _add_key_result(card: Card, key_result: JsonObject) -> None:
    card.height += 5
    card.marks.append(Rule(PADDING, card.height, INNER_WIDTH))
    card.height += 5
    card.rows[key_result["id"]] = card.height + 9
    cancelled, health = key_result["state"] == "cancelled", labels.effective_health(key_result)
    card.marks.append(HealthIcon(PADDING + 7, card.height + 9, health, 13))
    card.add_text(labels.display_title(key_result), "result", max_lines=3, indent=INDENT, struck=cancelled)
    label = "Cancelled" if cancelled else labels.HEALTH_LABELS[health]
    facts = [label, labels.describe_metric(key_result["metric"]), *alt_text.describe_weight(key_result["weight"])]
    card.add_text(" \u2022 ".join(filter(None, facts)), "small", max_lines=MAX_NUMBER_LINES, indent=INDENT)
    for remark in filter(None, [labels.describe_health_mismatch(key_result), labels.describe_out_of_range(key_result)]):
        card.add_text(remark, "small", max_lines=MAX_NUMBER_LINES, indent=INDENT)
    _add_progress(card, key_result, PADDING + INDENT)


def build_priority_card(priority: JsonObject) -> Card:
    card = Card("draft" if priority["state"] == "draft" else "agreed")
    card.add_text(labels.display_title(priority), "title", max_lines=5)
    card.height += 3
    if description := labels.single_line(priority["description"]):
        card.add_text(description, "small", max_lines=3)
    begins, ends = priority["horizon"]["starts_on"], priority["horizon"]["ends_on"]
    state = "" if priority["state"] in {"active", "open"} else f" \u2022 {labels.humanize(priority['state']).lower()}"
    card.add_text(truncate(f"{begins} to {ends}{state}", INNER_WIDTH, 11), "small")
    card.height += PADDING
    return card
