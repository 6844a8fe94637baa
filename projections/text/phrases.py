"""Phrases that event descriptions, reports and documents share."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from okr_events.domain.decimals import EXACT, format_decimal
from okr_events.json_types import Json, JsonObject

NameLookup = Callable[[str], str]
"""Returns the display name of an id: the name of a person or unit, the quoted title of a goal, both ends of a link."""
MAX_QUOTE_LENGTH = 240
PERCENT = Decimal(100)


def quote(text: str) -> str:
    """The text in quotes, on one line and cut to `MAX_QUOTE_LENGTH` characters."""
    line = " ".join(text.split())
    return f'"{line}"' if len(line) <= MAX_QUOTE_LENGTH else f'"{line[:MAX_QUOTE_LENGTH].rstrip()} …"'


def with_spaces(name: str) -> str:
    return name.replace("_", " ")


def join_with_and(parts: Iterable[str]) -> str:
    """The parts as an English list; `nobody` without parts."""
    *first, last = list(parts) or ["nobody"]
    return f"{', '.join(first)} and {last}" if first else last


def pluralize(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def in_brackets(parts: list[str]) -> str:
    """The parts in brackets after a space; empty without parts."""
    return f" ({', '.join(parts)})" if parts else ""


@dataclass(frozen=True, slots=True)
class SentenceContext:
    """An event's decrypted `fields`, the fields of its subject `before` it, and the names of ids."""

    fields: JsonObject
    before: JsonObject
    lookup_name: NameLookup
    subject: str

    @property
    def subject_name(self) -> str:
        return self.lookup_name(self.subject)

    def __getitem__(self, name: str) -> Json:
        return self.fields.get(name)

    def name_in_field(self, name: str) -> str:
        """The name of the id in a field; `nobody` where the field is empty."""
        return self.lookup_name(self.fields[name]) if self.fields.get(name) else "nobody"

    def describe_transfer(self, name: str) -> str:
        """`from A to B` for a field that holds an id; `to B` where it was empty."""
        before, after = self.before.get(name), self.name_in_field(name)
        return f"from {self.lookup_name(before)} to {after}" if before else f"to {after}"

    def describe_change(self, name: str, display: Callable[[str], str] = str) -> str:
        """`from A to B` for a field; `to B` where it was empty."""
        before, after = self.before.get(name), display(str(self.fields[name]))
        return f"to {after}" if before in (None, "") else f"from {display(str(before))} to {after}"

    def describe_owner(self) -> str:
        return f", owned by {self.name_in_field('owner')}" if self["owner"] else ", without an owner"

    def quote_field(self, name: str) -> str:
        """The quoted text of a field after a colon; empty without a text."""
        return f": {quote(self[name])}" if self[name] else ""


def describe_metric(metric: JsonObject) -> str:
    """The metric's goal in words, such as `from 0 to 3 products`."""
    measure = f" {metric['measure']}" if metric.get("measure") else ""
    match metric["kind"]:
        case "increase" | "decrease" if metric.get("target") is None:
            direction = "up" if metric["kind"] == "increase" else "down"
            return f"{direction} by {format_exact_percent(metric['relative'].lstrip('-'))}{measure and f' in{measure}'}"
        case "increase" | "decrease":
            baseline = f"from {metric['baseline']} " if metric.get("baseline") is not None else ""
            return f"{baseline}to {metric['target']}{measure}"
        case "between":
            return f"between {metric['low']} and {metric['high']}{measure}"
        case "milestones":
            return pluralize(len(metric["steps"]), "milestone")
        case "binary":
            return "done or not"
    return f"{with_spaces(metric['kind'])} {metric['target']}{measure}"


def format_target(metric: JsonObject | None) -> str | None:
    """The target as text; both bounds of a band; null where the metric has no number for a target."""
    if not metric:
        return None
    if metric["kind"] == "between":
        return f"{metric['low']} to {metric['high']}"
    target: str | None = metric.get("target")
    return target


def format_exact_percent(share: str) -> str:
    return f"{format_decimal(EXACT.multiply(Decimal(share), PERCENT))} %"


def describe_reported_value(check_in: JsonObject, metric: JsonObject | None) -> str:
    """The reported number or milestones and the target, after a space; empty where neither is reported."""
    if check_in.get("milestones") is not None:
        done, steps = len(check_in["milestones"]), len((metric or {}).get("steps") or ())
        return f" {done} of {pluralize(steps, 'milestone')}" if steps else f" {pluralize(done, 'milestone')}"
    if check_in.get("value") is None:
        return ""
    target = format_target(metric)
    return f" {check_in['value']} of {target}" if target is not None else f" {check_in['value']}"


def describe_confidence(check_in: JsonObject) -> str:
    """The confidence and status of a check-in in brackets."""
    confidence, status = check_in.get("confidence"), check_in.get("status")
    parts = [f"{format_exact_percent(confidence)} confident"] if confidence is not None else []
    return in_brackets([*parts, with_spaces(status)] if status else parts)


def describe_attached_texts(check_in: JsonObject) -> str:
    """Counts of the texts of a check-in, such as `, with a note and 2 wins`."""
    parts = ["a note"] if check_in.get("note") else []
    for name, noun in (("wins", "win"), ("blockers", "blocker"), ("next_steps", "next step")):
        parts += [pluralize(len(check_in[name]), noun)] if check_in.get(name) else []
    return f", with {join_with_and(parts)}" if parts else ""


def describe_policy_changes(before: JsonObject, after: JsonObject, path: str = "") -> list[str]:
    """The rules of a policy that differ, each with its old and new value."""
    changes: list[str] = []
    for name, value in after.items():
        old, rule = before.get(name), f"{path}{with_spaces(name)} "
        if isinstance(value, dict):
            changes += describe_policy_changes(old if isinstance(old, dict) else {}, value, rule)
        elif value != old:
            changes.append(f"{rule}{f'from {old} ' if old is not None else ''}to {value}")
    return changes
