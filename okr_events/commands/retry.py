"""Retrying commands after a concurrent change."""

from collections.abc import Callable
from functools import wraps
from random import uniform
from time import sleep
from typing import ParamSpec, cast

from okr_events.commands.loading import LoadingApplication
from okr_events.domain.errors import Invalid, NotFound, Refused, StaleVersion, VersionConflict
from okr_events.event_log.idempotency import CommandResult

ATTEMPTS = 10
WAIT_SECONDS = 0.02

P = ParamSpec("P")


def retry_on_conflict(command: Callable[P, CommandResult]) -> Callable[P, CommandResult]:
    """Repeat a method of the application on `VersionConflict`, up to ten times; for commands that do not depend on the state
    that the client saw.

    It decides on kept aggregates first. What these refuse, and what is in conflict, is decided on what the log has.
    """
    retried = _retry(command)

    @wraps(command)
    def attempt(*args: P.args, **kwargs: P.kwargs) -> CommandResult:
        with cast("LoadingApplication", args[0]).trusting_kept() as trusted:
            try:
                return command(*args, **kwargs)
            except (Invalid, NotFound, Refused, StaleVersion) as refusal:
                if not trusted and not isinstance(refusal, VersionConflict):
                    raise
        return retried(*args, **kwargs)

    return attempt


def _retry(command: Callable[P, CommandResult]) -> Callable[P, CommandResult]:
    """The waits are random and grow, so that concurrent retries spread out."""

    @wraps(command)
    def attempt(*args: P.args, **kwargs: P.kwargs) -> CommandResult:
        for number in range(1, ATTEMPTS):
            try:
                return command(*args, **kwargs)
            except VersionConflict:
                sleep(uniform(0, number * WAIT_SECONDS))  # noqa: S311 - not for security
        return command(*args, **kwargs)

    return attempt


def decide_again(command: Callable[P, CommandResult]) -> Callable[P, CommandResult]:
    """Repeat a refused command once, for clients that expect a version: after a concurrent change it is stale."""
    retried = _retry(command)

    @wraps(command)
    def attempt(*args: P.args, **kwargs: P.kwargs) -> CommandResult:
        try:
            return retried(*args, **kwargs)
        except Refused:
            return retried(*args, **kwargs)

    return attempt
