"""Commands that are decided anew when somebody else was faster."""

from collections.abc import Callable
from functools import wraps
from random import uniform
from time import sleep
from typing import Any, TypeVar

from okr_events.domain.errors import VersionConflict
from okr_events.event_log.idempotency import CommandResult

ATTEMPTS = 10
WAIT_SECONDS = 0.02

Command = TypeVar("Command", bound=Callable[..., CommandResult])


def retry_on_conflict(command: Command) -> Command:
    """Decide anew when somebody else was faster, for commands that do not depend on what their client saw.

    Each wait is a random part of a longer one, so that many at once do not meet again.
    """

    @wraps(command)
    def attempt(*args: Any, **kwargs: Any) -> CommandResult:
        for number in range(1, ATTEMPTS):
            try:
                return command(*args, **kwargs)
            except VersionConflict:
                sleep(uniform(0, number * WAIT_SECONDS))  # noqa: S311 - chance, not secrecy
        return command(*args, **kwargs)

    return attempt  # type: ignore[return-value]
