"""Wording: what an event says, ready for a sentence."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from okr_events.domain.decimals import EXACT, format_decimal

NameLookup = Callable[[str], str]
"""What an id is called: people and units by their names, things by their titles in quotes, links by both their ends."""
MAX_QUOTE_LENGTH = 240
PERCENT = Decimal(100)


def quote(text: str) -> str:
    """Words in quotes, on one line and not too long for a sentence."""
    line = " ".join(text.split())
    return f'"{line}"' if len(line) <= MAX_QUOTE_LENGTH else f'"{line[:MAX_QUOTE_LENGTH].rstrip()} …"'


def with_spaces(name: str) -> str:
    return name.replace("_", " ")


def join_with_and(parts: Iterable[str]) -> str:
    *first, last = list(parts) or ["nobody"]
    return f"{', '.join(first)} and {last}" if first else last


def pluralize(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@dataclass(frozen=True, slots=True)
class SentenceContext:
    """An event's fields (words opened), what its thing said before it, and what ids are called."""

    fields: Mapping[str, Any]
    before: Mapping[str, Any]
    lookup_name: NameLookup
    subject: str

    @property
    def subject_name(self) -> str:
        return self.lookup_name(self.subject)

    def __getitem__(self, name: str) -> Any:
        return self.fields.get(name)

    def name_in_field(self, name: str) -> str:
        """Whoever, or whatever, the field's id names."""
        return self.lookup_name(self.fields[name]) if self.fields.get(name) else "nobody"

    def describe_transfer(self, name: str) -> str:
        """From whom to whom, or from one place to another."""
        before = self.before.get(name)
        return f"from {self.lookup_name(before)} to {self.name_in_field(name)}" if before else f"to {self.name_in_field(name)}"

    def describe_change(self, name: str, show: Callable[[str], str] = str) -> str:
        """From what to what."""
        before, after = self.before.get(name), show(str(self.fields[name]))
        return f"to {after}" if before in (None, "") else f"from {show(str(before))} to {after}"

    def describe_owner(self) -> str:
        return f", owned by {self.name_in_field('owner')}" if self["owner"] else ", owned by nobody yet"

    def quote_field(self, name: str) -> str:
        """The field's words after a colon, if there are any."""
        return f": {quote(self[name])}" if self[name] else ""


def describe_metric(metric: Mapping[str, Any]) -> str:
    """What a metric wants, in words."""
    measure = f" {metric['measure']}" if metric.get("measure") else ""
    match metric["kind"]:
        case "increase" | "decrease" if metric.get("target") is None:
            way, share = "up" if metric["kind"] == "increase" else "down", format_exact_percent(metric["relative"].lstrip("-"))
            return f"{way} by {share}{measure and f' in{measure}'}"
        case "increase" | "decrease":
            return f"from {metric['baseline']} to {metric['target']}{measure}"
        case "between":
            return f"between {metric['low']} and {metric['high']}{measure}"
        case "milestones":
            return pluralize(len(metric["steps"]), "step")
        case "binary":
            return "done or not"
    return f"{with_spaces(metric['kind'])} {metric['target']}{measure}"


def format_target(metric: Mapping[str, Any] | None) -> str | None:
    """The number, or the two, that a metric's values are held against; nothing where there is none."""
    if not metric:
        return None
    if metric["kind"] == "between":
        return f"{metric['low']} to {metric['high']}"
    target: str | None = metric.get("target")
    return target


def format_exact_percent(share: str) -> str:
    return f"{format_decimal(EXACT.multiply(Decimal(share), PERCENT))} %"


def describe_reported_value(said: Mapping[str, Any], metric: Mapping[str, Any] | None) -> str:
    """The number or steps of a check-in, against what is wanted, with a space before them."""
    if said.get("milestones") is not None:
        steps = len((metric or {}).get("steps") or ())
        return f" {len(said['milestones'])} of {pluralize(steps, 'step')}" if steps else f" {len(said['milestones'])} steps"
    if said.get("value") is None:
        return ""
    target = format_target(metric)
    return f" {said['value']} of {target}" if target is not None else f" {said['value']}"


def describe_confidence(said: Mapping[str, Any]) -> str:
    """Confidence, status and day, in brackets, with a space before them."""
    told = [f"{format_exact_percent(said['confidence'])} confident"] if said.get("confidence") is not None else []
    told += [with_spaces(said["status"])] if said.get("status") else []
    return f" ({', '.join(told)})" if told else ""


def describe_attached_texts(said: Mapping[str, Any]) -> str:
    """What words come with a check-in, counted."""
    told = ["a note"] if said.get("note") else []
    for name, noun in (("wins", "win"), ("blockers", "blocker"), ("next_steps", "next step")):
        told += [pluralize(len(said[name]), noun)] if said.get(name) else []
    return f", with {join_with_and(told)}" if told else ""


def describe_policy_changes(before: Mapping[str, Any], after: Mapping[str, Any], path: str = "") -> list[str]:
    """Which rules of a policy changed, from what to what."""
    found: list[str] = []
    for name, value in after.items():
        was = before.get(name)
        if isinstance(value, dict):
            found += describe_policy_changes(was if isinstance(was, dict) else {}, value, f"{path}{with_spaces(name)} ")
        elif value != was:
            found.append(f"{path}{with_spaces(name)} {f'from {was} ' if was is not None else ''}to {value}")
    return found
