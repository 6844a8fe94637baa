"""Runs commands, each told by one line of text, and says what became of it.

`python -m tests.torture.command_process PLACE ACTOR UNIT…` takes lines from its input and answers on its output. A line is
`{"command": name, field: text, …}`; the answer is `done` or the code of the broken rule. The reason is `It has to be` unless
the line names another; an empty one is none.
"""

import json
import sys
from decimal import Decimal
from typing import Any
from uuid import UUID

from okr_events.commands.application import OKRApplication
from okr_events.commands.intent import Intent
from okr_events.domain.alignment import AlignmentKind
from okr_events.domain.errors import OKRError
from okr_events.domain.unit import Unit
from okr_events.domain.values import Level
from tests.torture.open_stores import open_okrs

ARGUMENT_PARSERS: dict[str, Any] = {
    "kind": AlignmentKind,
    "level": Level,
    "metric": json.loads,
    **dict.fromkeys(("name", "title"), str),
    **dict.fromkeys(("value", "weight", "target", "score"), Decimal),
}
"""How the text of a field is read; any other is an id."""


class AnyUnitOKRs(OKRApplication):
    """Lets objectives of all units be linked, as if each unit were above the others: only circles are refused."""

    everywhere: tuple[UUID, ...] = ()

    def lineage(self, unit_id: UUID) -> list[Unit]:
        return [*super().lineage(unit_id), *(self.load(Unit, id) for id in self.everywhere)]


class CommandExecutor:
    """Takes lines on stores of its own; `everywhere` are units whose objectives may all be linked."""

    def __init__(self, place: str, actor: str, *everywhere: str) -> None:
        self.okrs = open_okrs(place, AnyUnitOKRs if everywhere else OKRApplication)
        vars(self.okrs)["everywhere"] = tuple(UUID(id) for id in everywhere)
        self.actor = UUID(actor)

    def execute_line(self, line: str) -> str:
        said = json.loads(line)
        command, reason = getattr(self.okrs, said.pop("command")), said.pop("reason", "It has to be")
        try:
            command(
                Intent(self.actor, reason or None),
                **{name: ARGUMENT_PARSERS.get(name, UUID)(text) for name, text in said.items()},
            )
        except OKRError as refused:
            return refused.code
        return "done"

    def close(self) -> None:
        self.okrs.log_recorder.close()
        self.okrs.register.close()


def main(*arguments: str) -> None:
    commander = CommandExecutor(*arguments)
    print("ready", flush=True)  # noqa: T201 - the parent waits for it
    for line in sys.stdin:
        print(commander.execute_line(line), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
