"""What a change says, ready for a sentence: quoted titles, values before and after, people by their names."""

from collections.abc import Callable
from typing import Any

from projections.changes.change import Change

Called = Callable[[str], str]
"""What a thing, a unit or a person is called."""
FOCUS_WORDS = {"must_do": "must do", "should_do": "should do", "could_do": "could do"}


def quoted(title: str) -> str:
    return f"“{title}”"


class Said:
    def __init__(self, change: Change, called: Called) -> None:
        self.change = change
        self.called = called
        self.fields = change.fields

    @property
    def it(self) -> str:
        """The subject, and the objective of what belongs to one."""
        subject = self.change.subject
        own = quoted(subject.title)
        below = subject.objective_id and subject.type not in {"objective", "alignment"}
        return f"{own} of {quoted(self.called(subject.objective_id))}" if below and subject.objective_id else own

    def was(self, name: str) -> str:
        return self._value(name, "before")

    def now(self, name: str) -> str:
        return self._value(name, "after")

    def turn(self, name: str) -> str:
        return f"from {self.was(name)} to {self.now(name)}"

    def titles(self, name: str) -> str:
        return f"from {quoted(self.was(name))} to {quoted(self.now(name))}"

    def hands(self, name: str) -> str:
        """From whom to whom, or from one thing to another."""
        return f"from {self.who(name, 'before')} to {self.who(name, 'after')}"

    def who(self, name: str, side: str = "after") -> str:
        id = self.fields.get(name, {}).get(side)
        return self.called(id) if id else "nobody"

    def everybody(self, name: str) -> str:
        ids = self.fields.get(name, {}).get("after") or ()
        return " and ".join(self.called(id) for id in ids) or "nobody"

    def turns(self, section: str) -> str:
        """What changed below a name with dots, part by part."""
        names = [name for name in self.fields if name.startswith(f"{section}.")]
        return "; ".join(f"{name.removeprefix(f'{section}.').replace('_', ' ')} {self.turn(name)}" for name in names)

    def aim(self) -> str:
        """The metric that is stated, in words."""
        said = {name.removeprefix("metric."): turn["after"] for name, turn in self.fields.items() if name.startswith("metric.")}
        measure = f" {said['measure']}" if said.get("measure") else ""
        return f"{_aim(said)}{measure}"

    def statement(self) -> str:
        """The value, milestones, confidence and status of a check-in where they are stated or change."""
        names = [name for name in ("measured_on", "value", "milestones", "confidence", "status") if name in self.fields]
        told = [f"{name.replace('_', ' ')} {self._step(name)}" for name in names]
        words = [name for name in ("note", "wins", "blockers", "next_steps") if name in self.fields]
        return "; ".join([*told, *(f"{name.replace('_', ' ')} in words" for name in words)])

    def _step(self, name: str) -> str:
        return self.now(name) if self.fields[name]["before"] is None else self.turn(name)

    def _value(self, name: str, side: str) -> str:
        return text(self.fields.get(name, {}).get(side))


def text(value: Any) -> str:
    """A plain value in words."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(text, value)) or "none"
        case str() if value in FOCUS_WORDS:
            return FOCUS_WORDS[value]
        case _:
            return str(value)


def _aim(said: dict[str, Any]) -> str:
    match said.get("kind"):
        case "increase" | "decrease" as kind if said.get("target") is None:
            return f"{kind} by the share {said.get('relative')} of a baseline to be captured"
        case "increase" | "decrease" as kind:
            return f"{kind} from {said['baseline']} to {said['target']}"
        case "at_least" | "at_most" as kind:
            return f"{kind.replace('_', ' ')} {said['target']}"
        case "between":
            return f"between {said['low']} and {said['high']}"
        case "milestones":
            return f"{len(said['steps'])} milestones"
        case _:
            return "done or not"
