"""`okr follow`."""

import signal
from time import monotonic, sleep
from typing import Any

import click

from api.cli.context import exit_on_error, open_configured_stores
from api.operations import logging
from api.operations.follower import Follower


@click.command()
@click.option(
    "--checkpoint-every", metavar="MINUTES", type=click.FloatRange(0.1, 10_080), help="Sign and publish a checkpoint so often."
)
@exit_on_error
def follow(checkpoint_every: float | None) -> None:
    """Keep the views at the log's head, and publish checkpoints of a log that grew, until SIGTERM or SIGINT."""
    logging.configure()
    stopping: list[Any] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *which: stopping.append(which))
    with open_configured_stores() as (stores, settings):
        following = Follower(stores, settings, checkpoint_every and checkpoint_every * 60)
        pause = following.run_once(monotonic())
        click.echo(f"Following the log from position {stores.views.tracked_head().position}.")
        while not stopping:
            sleep(pause)
            pause = following.run_once(monotonic())
        click.echo(f"Stopped at position {stores.views.tracked_head().position}.")
