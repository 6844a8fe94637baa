"""`okr doctor`."""

from typing import TextIO

import click

from api.cli.context import exit_on_error, open_configured_stores
from api.operations.doctor import find_faults
from api.operations.signed_history import ExternalCheckpoint, describe_unpublished
from projections.text.phrases import pluralize

TEXT_FILE = click.File(encoding="utf-8", errors="replace")


@click.command()
@click.option("--expect", metavar="POSITION:CHAIN", help="A head noted earlier, which the log must still contain.")
@click.option("--checkpoint", type=TEXT_FILE, help="A checkpoint kept elsewhere, which the log must continue.")
@click.option("--key", type=TEXT_FILE, help="The file of public keys for the checkpoint.")
@exit_on_error
def doctor(expect: str | None, checkpoint: TextIO | None, key: TextIO | None) -> None:
    """Check every event of the log, and the other stores. Exit status 1 if there is a fault."""
    if (checkpoint is None) != (key is None):
        raise click.UsageError("--checkpoint and --key must be used together.")
    kept = ExternalCheckpoint(checkpoint.read(), key.read()) if checkpoint and key else None
    with open_configured_stores(prepare=False) as (stores, _):
        head = stores.log.head()
        click.echo(f"log       {stores.log.engine}, {head.position} events\nhead      {head.position}:{head.chain.hex()}")
        with click.progressbar(length=head.position, label="Verifying") as bar:
            faults = find_faults(stores, expect, bar.update, kept)
        if unpublished := describe_unpublished(stores):
            click.echo(f"WARNING   Unpublished checkpoints: {unpublished}")
        for fault in faults:
            click.echo(f"FAULT     {f'Position {fault.position}: ' if fault.position else ''}{fault.message}")
        if faults:
            raise click.ClickException(f"{pluralize(len(faults), 'fault')} found.")
        click.echo("No faults found. Note the head elsewhere: only a noted head reveals that the end of the log was cut off.")
