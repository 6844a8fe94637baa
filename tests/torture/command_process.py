"""A process that runs commands, one per line of input, and prints their results.

`python -m tests.torture.command_process PLACE ACTOR UNIT…` reads lines `{"command": name, field: text, …}` and prints `done` or
the code of the broken rule. The reason is `It has to be` unless the line has another; an empty one means none.
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
"""The parser of a field's text; other fields are ids."""


class AnyUnitOKRs(OKRApplication):
    """Allows links between objectives of all units, so that only cycles are refused."""

    everywhere: tuple[UUID, ...] = ()

    def lineage(self, unit_id: UUID) -> list[Unit]:
        return [*super().lineage(unit_id), *(self.load(Unit, id) for id in self.everywhere)]


class CommandExecutor:
    """Runs lines on its own stores; `everywhere` are units whose objectives may all be linked."""

    def __init__(self, place: str, actor: str, *everywhere: str) -> None:
        self.okrs = open_okrs(place, AnyUnitOKRs if everywhere else OKRApplication)
        vars(self.okrs)["everywhere"] = tuple(UUID(id) for id in everywhere)
        self.actor = UUID(actor)

    def execute_line(self, line: str) -> str:
        fields = json.loads(line)
        command, reason = getattr(self.okrs, fields.pop("command")), fields.pop("reason", "It has to be")
        try:
            command(
                Intent(self.actor, reason or None),
                **{name: ARGUMENT_PARSERS.get(name, UUID)(text) for name, text in fields.items()},
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
