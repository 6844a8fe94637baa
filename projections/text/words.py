"""Words: what people typed, made fit for one line of any document, and what the domain's names are called on the map."""

import unicodedata
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

JOINERS = "\u200c\u200d"  # Persian words and joined emoji need them; nothing else that cannot be seen stays
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
HEALTH_LABELS = {
    "on_track": "On track",
    "at_risk": "At risk",
    "off_track": "Off track",
    "outdated": "Outdated",
    "pending": "Pending",
    "closed": "Closed",
}
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


def single_line(text: Any) -> str:
    """The text on one line, without what cannot be seen or is no character: controls, marks of direction, lone surrogates."""
    text = str(text if text is not None else "")
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept, stacked = list[str](), 0
    for character in text:
        stacked = stacked + 1 if unicodedata.category(character).startswith("M") else 0
        if stacked <= MAX_COMBINING_MARKS:
            kept.append(_clean_character(character))
    return " ".join("".join(kept).split())


def _clean_character(character: str) -> str:
    category = unicodedata.category(character)
    if category in CONTROL_CATEGORIES or character in NONCHARACTERS:
        return " "
    return "" if category == "Cf" and character not in JOINERS else character


def display_title(thing: dict[str, Any]) -> str:
    """A thing's title or name, never empty."""
    return single_line(thing.get("title", thing.get("name"))).strip(JOINERS + " ") or "Untitled"


def humanize(name: str) -> str:
    """A word of the domain as people write it."""
    return single_line(name).replace("_", " ").capitalize()


def is_right_to_left(text: str) -> bool:
    """Whether the first letter with a direction runs from right to left."""
    ways = (unicodedata.bidirectional(character) for character in text)
    return next((way for way in ways if way in {"L", "R", "AL"}), "L") != "L"


def format_whole_percent(share: str) -> str:
    """A decimal as whole percent, half even."""
    return f"{Decimal(share).quantize(Decimal('0.01'), ROUND_HALF_EVEN) * 100 + 0:.0f}%"


def format_progress(thing: dict[str, Any]) -> str | None:
    """Progress in whole percent, or nothing when there is none yet."""
    return format_whole_percent(thing["progress"]["value"]) if thing["progress"] else None


def effective_health(thing: dict[str, Any]) -> str:
    """The effective health, `pending` when there is none."""
    return str(thing["health"]["effective"]) if thing["health"] else "pending"


def has_custom_weight(weight: str | None) -> bool:
    """Whether a weight has to be shown: it is there and not 1."""
    return weight is not None and Decimal(weight) != 1


def describe_health_mismatch(thing: dict[str, Any]) -> str | None:
    """What a report and the pace say when they disagree."""
    judged = thing["health"]
    if not (judged and judged["mismatch"] and judged["reported"]):
        return None
    return f"Reported {HEALTH_LABELS[judged['reported']].lower()}, pace says {HEALTH_LABELS[judged['computed']].lower()}"


def describe_out_of_range(thing: dict[str, Any]) -> str | None:
    """How far beyond its target or below its baseline a thing is, when it is."""
    flags = thing["progress"]["flags"] if thing["progress"] else ()
    for flag, phrase in (("beyond_target", "Beyond the target"), ("below_baseline", "Below the baseline")):
        if flag in flags:
            return f"{phrase}: {format_whole_percent(thing['progress']['raw'])}"
    return None


def describe_unstarted(thing: dict[str, Any]) -> str | None:
    """How much of what a roll-up counts has no value yet, when some has."""
    rolled = thing["progress"] or {}
    missing, drivers = rolled.get("not_started"), rolled.get("drivers")
    return f"{missing} of {drivers} not started" if missing else None


def describe_metric(told: dict[str, Any]) -> str:
    """A metric in a few words: from where to where."""
    measure = f" {single_line(told['measure'])}" if told.get("measure") else ""
    match told["kind"]:
        case "between":
            return f"between {told['low']} and {told['high']}{measure}"
        case "milestones":
            return f"{len(told['steps'])} milestones"
        case "binary":
            return "done or not done"
        case "at_least" | "at_most":
            return f"{told['kind'].replace('_', ' ')} {told['target']}{measure}"
    return _describe_direction(told) + measure


def _describe_direction(told: dict[str, Any]) -> str:
    target, baseline = told.get("target"), told.get("baseline")
    if target is None:
        return f"by {format_whole_percent(told['relative'])} from the first value, in"
    return f"to {target}" if baseline is None else f"from {baseline} to {target}"
