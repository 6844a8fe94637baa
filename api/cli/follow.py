"""`okr follow`."""

import signal
from time import monotonic, sleep
from typing import Any

import click

from api.cli.context import failing, opened
from api.operations import logging
from api.operations.follower import Following


@click.command()
@click.option(
    "--checkpoint-every", metavar="MINUTES", type=click.FloatRange(0.1, 10_080), help="Sign and publish a checkpoint so often."
)
@failing
def follow(checkpoint_every: float | None) -> None:
    """Keep the views at the log's head, and publish checkpoints of a log that grew, until SIGTERM or SIGINT."""
    logging.configure()
    stopping: list[Any] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *which: stopping.append(which))
    with opened() as (stores, settings):
        following = Following(stores, settings, checkpoint_every and checkpoint_every * 60)
        pause = following.round(monotonic())
        click.echo(f"Following the log from position {stores.views.tracked().position}.")
        while not stopping:
            sleep(pause)
            pause = following.round(monotonic())
        click.echo(f"Stopped at position {stores.views.tracked().position}.")
