"""Words: what people typed, made fit for one line of any document, and what the domain's names are called on the map."""

import unicodedata
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

JOINERS = "\u200c\u200d"  # Persian words and joined emoji need them; nothing else that cannot be seen stays
UNWRITABLE = {"Cc", "Cs", "Zl", "Zp"}
NO_CHARACTERS = {chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)}
NO_CHARACTERS |= set(map(chr, range(0xFDD0, 0xFDF0)))
STACK = 4

LEVELS = {
    "priority": "Priorities",
    "company": "Company",
    "department": "Departments",
    "team": "Teams",
    "individual": "Individuals",
    "elsewhere": "Elsewhere",
}
PERSPECTIVES = {
    "financial": "Financial",
    "customer": "Customer",
    "internal_process": "Internal process",
    "learning_growth": "Learning and growth",
}
HEALTH = {
    "on_track": "On track",
    "at_risk": "At risk",
    "off_track": "Off track",
    "outdated": "Outdated",
    "pending": "Pending",
    "closed": "Closed",
}
FOCUS = {"must_do": "Must do", "should_do": "Should do", "could_do": "Could do"}
KINDS = {
    "vertical": "contributes to",
    "explicit": "inherits",
    "horizontal": "depends on",
    "strategic": "serves",
    "directional": "takes as a guide",
}
FADED = {"declined", "ended"}
SHOWN = {"draft", "cancelled"}
NOTHING = "\u2013"


def plain(text: Any) -> str:
    """The text on one line, without what cannot be seen or is no character: controls, marks of direction, lone surrogates."""
    text = str(text if text is not None else "")
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept, stacked = list[str](), 0
    for character in text:
        stacked = stacked + 1 if unicodedata.category(character).startswith("M") else 0
        if stacked <= STACK:
            kept.append(_kept(character))
    return " ".join("".join(kept).split())


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category in UNWRITABLE or character in NO_CHARACTERS:
        return " "
    return "" if category == "Cf" and character not in JOINERS else character


def titled(thing: dict[str, Any]) -> str:
    """A thing's title or name, never empty."""
    return plain(thing.get("title", thing.get("name"))).strip(JOINERS + " ") or "Untitled"


def said(name: str) -> str:
    """A word of the domain as people write it."""
    return plain(name).replace("_", " ").capitalize()


def right_to_left(text: str) -> bool:
    """Whether the first letter with a direction runs from right to left."""
    ways = (unicodedata.bidirectional(character) for character in text)
    return next((way for way in ways if way in {"L", "R", "AL"}), "L") != "L"


def percent(share: str) -> str:
    """A decimal as whole percent, half even."""
    return f"{Decimal(share).quantize(Decimal('0.01'), ROUND_HALF_EVEN) * 100 + 0:.0f}%"


def progress(thing: dict[str, Any]) -> str | None:
    """Progress in whole percent, or nothing when there is none yet."""
    return percent(thing["progress"]["value"]) if thing["progress"] else None


def health(thing: dict[str, Any]) -> str:
    """The effective health, `pending` when there is none."""
    return str(thing["health"]["effective"]) if thing["health"] else "pending"


def weighty(weight: str | None) -> bool:
    """Whether a weight has to be shown: it is there and not 1."""
    return weight is not None and Decimal(weight) != 1


def mismatch(thing: dict[str, Any]) -> str | None:
    """What a report and the pace say when they disagree."""
    judged = thing["health"]
    if not (judged and judged["mismatch"] and judged["reported"]):
        return None
    return f"Reported {HEALTH[judged['reported']].lower()}, pace says {HEALTH[judged['computed']].lower()}"


def beyond(thing: dict[str, Any]) -> str | None:
    """How far beyond its target or below its baseline a thing is, when it is."""
    flags = thing["progress"]["flags"] if thing["progress"] else ()
    for flag, phrase in (("beyond_target", "Beyond the target"), ("below_baseline", "Below the baseline")):
        if flag in flags:
            return f"{phrase}: {percent(thing['progress']['raw'])}"
    return None


def unstarted(thing: dict[str, Any]) -> str | None:
    """How much of what a roll-up counts has no value yet, when some has."""
    rolled = thing["progress"] or {}
    missing, drivers = rolled.get("not_started"), rolled.get("drivers")
    return f"{missing} of {drivers} not started" if missing else None


def metric(told: dict[str, Any]) -> str:
    """A metric in a few words: from where to where."""
    measure = f" {plain(told['measure'])}" if told.get("measure") else ""
    match told["kind"]:
        case "between":
            return f"between {told['low']} and {told['high']}{measure}"
        case "milestones":
            return f"{len(told['steps'])} milestones"
        case "binary":
            return "done or not done"
        case "at_least" | "at_most":
            return f"{told['kind'].replace('_', ' ')} {told['target']}{measure}"
    return _way(told) + measure


def _way(told: dict[str, Any]) -> str:
    target, baseline = told.get("target"), told.get("baseline")
    if target is None:
        return f"by {percent(told['relative'])} from the first value, in"
    return f"to {target}" if baseline is None else f"from {baseline} to {target}"
