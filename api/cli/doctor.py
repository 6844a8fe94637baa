"""`okr doctor`."""

import click

from api.cli.opening import counted, failing, opened
from api.examination import examined


@click.command()
@click.option("--expect", metavar="POSITION:CHAIN", help="A head noted elsewhere: the log must still hold it.")
@failing
def doctor(expect: str | None) -> None:
    """Check the log, event by event, and the stores around it; status 1 when something is wrong."""
    with opened(prepare=False) as (stores, _):
        head = stores.log.head()
        click.echo(f"log       {stores.log.engine}, {head.position} events\nhead      {head.position}:{head.chain.hex()}")
        with click.progressbar(length=head.position, label="Verifying") as bar:
            faults = examined(stores, expect, bar.update)
        for fault in faults:
            click.echo(f"FAULT     {f'position {fault.position}: ' if fault.position else ''}{fault.what}")
        if faults:
            raise click.ClickException(f"{counted(len(faults), 'thing')} wrong.")
        click.echo("Everything is as it was recorded. Note the head elsewhere: only it shows that a tail was cut off.")
