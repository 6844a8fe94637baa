"""`okr follow`."""

import signal
from time import monotonic, sleep

import click

from api.cli.context import exit_on_error, open_configured_stores
from api.operations import logging
from api.operations.follower import Follower


@click.command()
@click.option("--checkpoint-every", metavar="MINUTES", type=click.FloatRange(0.1, 10_080), help="The checkpoint interval.")
@exit_on_error
def follow(checkpoint_every: float | None) -> None:
    """Keep the views up to date and publish checkpoints of new events, until SIGTERM or SIGINT."""
    logging.configure()
    signals: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _: signals.append(received))
    with open_configured_stores() as (stores, settings):
        follower = Follower(stores, settings, checkpoint_every and checkpoint_every * 60)
        pause = follower.run_once(monotonic())
        click.echo(f"Following the log from position {stores.views.tracked_head().position}.")
        while not signals:
            sleep(pause)
            pause = follower.run_once(monotonic())
        click.echo(f"Stopped at position {stores.views.tracked_head().position}.")
