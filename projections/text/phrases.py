"""Wording: what an event says, ready for a sentence."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from okr_events.domain.decimals import EXACT, plain

Called = Callable[[str], str]
"""What an id is called: people and units by their names, things by their titles in quotes, links by both their ends."""
LONGEST = 240
PERCENT = Decimal(100)


def quoted(text: str) -> str:
    """Words in quotes, on one line and not too long for a sentence."""
    line = " ".join(text.split())
    return f'"{line}"' if len(line) <= LONGEST else f'"{line[:LONGEST].rstrip()} …"'


def spaced(name: str) -> str:
    return name.replace("_", " ")


def listed(parts: Iterable[str]) -> str:
    *first, last = list(parts) or ["nobody"]
    return f"{', '.join(first)} and {last}" if first else last


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@dataclass(frozen=True, slots=True)
class Wording:
    """An event's fields (words opened), what its thing said before it, and what ids are called."""

    fields: Mapping[str, Any]
    before: Mapping[str, Any]
    called: Called
    subject: str

    @property
    def it(self) -> str:
        return self.called(self.subject)

    def __getitem__(self, name: str) -> Any:
        return self.fields.get(name)

    def who(self, name: str) -> str:
        """Whoever, or whatever, the field's id names."""
        return self.called(self.fields[name]) if self.fields.get(name) else "nobody"

    def hands(self, name: str) -> str:
        """From whom to whom, or from one place to another."""
        before = self.before.get(name)
        return f"from {self.called(before)} to {self.who(name)}" if before else f"to {self.who(name)}"

    def turn(self, name: str, show: Callable[[str], str] = str) -> str:
        """From what to what."""
        before, after = self.before.get(name), show(str(self.fields[name]))
        return f"to {after}" if before in (None, "") else f"from {show(str(before))} to {after}"

    def owned(self) -> str:
        return f", owned by {self.who('owner')}" if self["owner"] else ", owned by nobody yet"

    def saying(self, name: str) -> str:
        """The field's words after a colon, if there are any."""
        return f": {quoted(self[name])}" if self[name] else ""


def aim(metric: Mapping[str, Any]) -> str:
    """What a metric wants, in words."""
    measure = f" {metric['measure']}" if metric.get("measure") else ""
    match metric["kind"]:
        case "increase" | "decrease" if metric.get("target") is None:
            way, share = "up" if metric["kind"] == "increase" else "down", percent(metric["relative"].lstrip("-"))
            return f"{way} by {share}{measure and f' in{measure}'}"
        case "increase" | "decrease":
            return f"from {metric['baseline']} to {metric['target']}{measure}"
        case "between":
            return f"between {metric['low']} and {metric['high']}{measure}"
        case "milestones":
            return counted(len(metric["steps"]), "step")
        case "binary":
            return "done or not"
    return f"{spaced(metric['kind'])} {metric['target']}{measure}"


def goal(metric: Mapping[str, Any] | None) -> str | None:
    """The number, or the two, that a metric's values are held against; nothing where there is none."""
    if not metric:
        return None
    if metric["kind"] == "between":
        return f"{metric['low']} to {metric['high']}"
    target: str | None = metric.get("target")
    return target


def percent(share: str) -> str:
    return f"{plain(EXACT.multiply(Decimal(share), PERCENT))} %"


def report(said: Mapping[str, Any], metric: Mapping[str, Any] | None) -> str:
    """The number or steps of a check-in, against what is wanted, with a space before them."""
    if said.get("milestones") is not None:
        steps = len((metric or {}).get("steps") or ())
        return f" {len(said['milestones'])} of {counted(steps, 'step')}" if steps else f" {len(said['milestones'])} steps"
    if said.get("value") is None:
        return ""
    target = goal(metric)
    return f" {said['value']} of {target}" if target is not None else f" {said['value']}"


def outlook(said: Mapping[str, Any]) -> str:
    """Confidence, status and day, in brackets, with a space before them."""
    told = [f"{percent(said['confidence'])} confident"] if said.get("confidence") is not None else []
    told += [spaced(said["status"])] if said.get("status") else []
    return f" ({', '.join(told)})" if told else ""


def enclosed(said: Mapping[str, Any]) -> str:
    """What words come with a check-in, counted."""
    told = ["a note"] if said.get("note") else []
    for name, noun in (("wins", "win"), ("blockers", "blocker"), ("next_steps", "next step")):
        told += [counted(len(said[name]), noun)] if said.get(name) else []
    return f", with {listed(told)}" if told else ""


def differences(before: Mapping[str, Any], after: Mapping[str, Any], path: str = "") -> list[str]:
    """Which rules of a policy changed, from what to what."""
    found: list[str] = []
    for name, value in after.items():
        was = before.get(name)
        if isinstance(value, dict):
            found += differences(was if isinstance(was, dict) else {}, value, f"{path}{spaced(name)} ")
        elif value != was:
            found.append(f"{path}{spaced(name)} {f'from {was} ' if was is not None else ''}to {value}")
    return found
