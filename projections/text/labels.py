"""Texts of people as clean single lines, labels of enum values, and short descriptions of goals for maps and documents."""

import unicodedata
from decimal import Decimal

from okr_events.json_types import JsonObject
from projections.text import phrases
from projections.text.rounding import format_percent

JOINERS = "\u200c\u200d"  # needed by Persian words and joined emoji; other invisible characters are removed
CONTROL_CATEGORIES = {"Cc", "Cs", "Zl", "Zp"}
NONCHARACTERS = {chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)}
NONCHARACTERS |= set(map(chr, range(0xFDD0, 0xFDF0)))
MAX_COMBINING_MARKS = 4

LEVEL_LABELS = {
    "priority": "Priorities",
    "company": "Company",
    "department": "Departments",
    "team": "Teams",
    "individual": "Individuals",
    "elsewhere": "Elsewhere",
}
PERSPECTIVE_LABELS = {
    "financial": "Financial",
    "customer": "Customer",
    "internal_process": "Internal process",
    "learning_growth": "Learning and growth",
}
HEALTHS = ("on_track", "at_risk", "off_track", "outdated", "pending", "closed")
HEALTH_LABELS = {health: health.replace("_", " ").capitalize() for health in HEALTHS}
FOCUS_LABELS = {"must_do": "Must do", "should_do": "Should do", "could_do": "Could do"}
LINK_LABELS = {
    "vertical": "contributes to",
    "explicit": "inherits",
    "horizontal": "depends on",
    "strategic": "serves",
    "directional": "takes as a guide",
}
FADED_LINK_STATES = {"declined", "ended"}
BADGED_STATES = {"draft", "cancelled"}
EMPTY_VALUE = "\u2013"


def single_line(text: str | None) -> str:
    """The text on one line, without control characters, direction marks, noncharacters and lone surrogates."""
    text = text or ""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    cleaned, stacked = list[str](), 0
    for character in text:
        stacked = stacked + 1 if unicodedata.category(character).startswith("M") else 0
        if stacked <= MAX_COMBINING_MARKS:
            cleaned.append(_clean_character(character))
    return " ".join("".join(cleaned).split())


def _clean_character(character: str) -> str:
    category = unicodedata.category(character)
    if category in CONTROL_CATEGORIES or character in NONCHARACTERS:
        return " "
    return "" if category == "Cf" and character not in JOINERS else character


def display_title(item: JsonObject) -> str:
    """The title or name on one line, never empty."""
    return single_line(item.get("title", item.get("name"))).strip(JOINERS + " ") or "Untitled"


def humanize(name: str) -> str:
    """An enum value with spaces and a capital letter."""
    return single_line(name).replace("_", " ").capitalize()


def is_right_to_left(text: str) -> bool:
    """Whether the first letter with a direction is written from right to left."""
    directions = map(unicodedata.bidirectional, text)
    return next((direction for direction in directions if direction in {"L", "R", "AL"}), "L") != "L"


def format_progress(goal: JsonObject) -> str | None:
    """Progress in percent, exact; null where there is none yet."""
    return format_percent(Decimal(goal["progress"]["value"])) if goal["progress"] else None


def effective_health(goal: JsonObject) -> str:
    """The effective health, `pending` when there is none."""
    return str(goal["health"]["effective"]) if goal["health"] else "pending"


def has_custom_weight(weight: str | None) -> bool:
    """Whether there is a weight other than 1."""
    return weight is not None and Decimal(weight) != 1


def describe_health_mismatch(goal: JsonObject) -> str | None:
    """The reported status and the pace where they differ; null where they agree."""
    health = goal["health"]
    if not (health and health["mismatch"] and health["reported"]):
        return None
    return f"Reported {HEALTH_LABELS[health['reported']].lower()}, pace says {HEALTH_LABELS[health['computed']].lower()}"


def describe_out_of_range(goal: JsonObject) -> str | None:
    """Raw progress beyond the target or below the baseline; null between them."""
    flags = goal["progress"]["flags"] if goal["progress"] else ()
    for flag, phrase in (("beyond_target", "Beyond the target"), ("below_baseline", "Below the baseline")):
        if flag in flags:
            return f"{phrase}: {format_percent(Decimal(goal['progress']['raw']))}"
    return None


def describe_unstarted(goal: JsonObject) -> str | None:
    """How many drivers of a roll-up have no value yet; null for none."""
    progress = goal["progress"] or {}
    missing, drivers = progress.get("not_started"), progress.get("drivers")
    return f"{missing} of {drivers} not started" if missing else None


def describe_metric(metric: JsonObject) -> str:
    """The metric's goal in words, on one line."""
    return single_line(phrases.describe_metric(metric))
