"""A process that closes and seals cycles, and crashes on command.

`python -m tests.torture.sealer PLACE ACTOR` reads commands from its input: `seal` seals all closed cycles, `close ID` closes a
cycle and seals it, `die before ID` and `die after ID` do the same but kill the process right before or after the seal.
"""

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from api.operations import cycle_sealing
from api.operations.settings import DEFAULT_MAX_BODY, Settings
from api.operations.stores import Stores, open_stores
from okr_events.commands.intent import Intent


def stores_at(place: str, scratch: Path) -> Stores:
    """Open the stores at a location; on PostgreSQL, `scratch` is the data folder."""
    in_postgres = place.startswith("postgresql")
    settings = Settings(Path(scratch if in_postgres else place), None, None, None, DEFAULT_MAX_BODY, 1, 4)
    return open_stores(replace(settings, database_url=place) if in_postgres else settings)


class CycleSealer:
    def __init__(self, place: str, scratch: str, actor: str) -> None:
        self.stores = stores_at(place, Path(scratch))
        self.intent = Intent(UUID(actor), "It has to be")

    def execute_line(self, line: str) -> str:
        *how, last = line.split()
        if how:
            self.stores.okrs.close_cycle(self.intent, UUID(last))
        if "die" in how:
            self._kill_at(how[-1])
        cycle_sealing.seal_closed_cycles(self.stores)
        return "done"

    def _kill_at(self, when: str) -> None:
        own: Any = self.stores.okrs
        seal = own.seal_cycle

        def dying(*args: Any, **more: Any) -> None:
            if when == "after":
                seal(*args, **more)
            os.kill(os.getpid(), signal.SIGKILL)

        own.seal_cycle = dying

    def close(self) -> None:
        self.stores.close()


def main(*arguments: str) -> None:
    sealer = CycleSealer(*arguments)
    print("ready", flush=True)  # noqa: T201 - the parent waits for it
    for line in sys.stdin:
        print(sealer.execute_line(line), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
