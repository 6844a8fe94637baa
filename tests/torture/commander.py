"""Runs one command a line from its input, and says on its output what became of each.

`python -m tests.torture.commander PLACE ACTOR UNIT…`. A line is `{"command": name, field: text, …}`; the answer is `done` or
the code of the broken rule.
"""

import json
import sys
from decimal import Decimal
from typing import Any
from uuid import UUID

from okr_events.alignment import Kind
from okr_events.application import OKRs
from okr_events.errors import OKRError
from okr_events.intent import Intent
from okr_events.unit import Unit
from okr_events.values import Level
from tests.torture.opened import open_okrs

KINDS: dict[str, Any] = {"kind": Kind, "level": Level, "name": str, "title": str, "value": Decimal}


class OfAnyUnits(OKRs):
    """Lets objectives of all units be linked, as if each unit were above the others: only circles are refused."""

    everywhere: tuple[UUID, ...] = ()

    def lineage(self, unit_id: UUID) -> list[Unit]:
        return [*super().lineage(unit_id), *(self.load(Unit, id) for id in self.everywhere)]


def main(place: str, actor: str, *everywhere: str) -> None:
    okrs = open_okrs(place, OfAnyUnits if everywhere else OKRs)
    vars(okrs)["everywhere"] = tuple(UUID(id) for id in everywhere)
    intent = Intent(UUID(actor), "It has to be")
    print("ready", flush=True)  # noqa: T201 - the parent waits for it
    for line in sys.stdin:
        said = json.loads(line)
        command = getattr(okrs, said.pop("command"))
        try:
            command(intent, **{name: KINDS.get(name, UUID)(text) for name, text in said.items()})
            print("done", flush=True)  # noqa: T201
        except OKRError as refused:
            print(refused.code(), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
