"""`okr doctor`."""

from typing import TextIO

import click

from api.cli.context import count_with_verb, exit_on_error, open_configured_stores
from api.operations.doctor import find_faults
from api.operations.signed_history import ExternalCheckpoint, describe_unpublished

TEXT_FILE = click.File(encoding="utf-8", errors="replace")


@click.command()
@click.option("--expect", metavar="POSITION:CHAIN", help="A head noted elsewhere: the log must still hold it.")
@click.option("--checkpoint", type=TEXT_FILE, help="A checkpoint kept elsewhere: the log must continue it.")
@click.option("--key", type=TEXT_FILE, help="The public keys kept elsewhere, for the checkpoint.")
@exit_on_error
def doctor(expect: str | None, checkpoint: TextIO | None, key: TextIO | None) -> None:
    """Check the log, event by event, and the stores around it; status 1 when something is wrong."""
    if (checkpoint is None) != (key is None):
        raise click.UsageError("--checkpoint and --key go together.")
    kept = ExternalCheckpoint(checkpoint.read(), key.read()) if checkpoint and key else None
    with open_configured_stores(prepare=False) as (stores, _):
        head = stores.log.head()
        click.echo(f"log       {stores.log.engine}, {head.position} events\nhead      {head.position}:{head.chain.hex()}")
        with click.progressbar(length=head.position, label="Verifying") as bar:
            faults = find_faults(stores, expect, bar.update, kept)
        if owed := describe_unpublished(stores):
            click.echo(f"OWED      checkpoints not published outside the database: {owed}")
        for fault in faults:
            click.echo(f"FAULT     {f'position {fault.position}: ' if fault.position else ''}{fault.what}")
        if faults:
            raise click.ClickException(f"{count_with_verb(len(faults), 'thing')} wrong.")
        click.echo("Everything is as it was recorded. Note the head elsewhere: only it shows that a tail was cut off.")
