"""`okr doctor`."""

from typing import TextIO

import click

from api.cli.context import STORE_ERRORS, describe_error, exit_on_error, open_configured_stores
from api.operations.doctor import Examination
from api.operations.seal_check import describe_older
from api.operations.signed_history import ExternalCheckpoint, describe_unpublished
from api.operations.stores import Stores
from okr_events.domain.errors import OKRError
from okr_events.event_log.checkpoint_notes import parse_unverified
from okr_events.event_log.hash_chain import Head
from projections.text.phrases import pluralize

TEXT_FILE = click.File(encoding="utf-8", errors="replace")


@click.command()
@click.option("--expect", metavar="POSITION:CHAIN", help="A head noted earlier, which the log must still contain.")
@click.option("--checkpoint", type=TEXT_FILE, help="A checkpoint kept elsewhere, which the log must continue.")
@click.option("--key", type=TEXT_FILE, help="The file of public keys for the checkpoint.")
@click.option("--views", is_flag=True, help="Rebuild the views beside the served ones and compare them, too.")
@exit_on_error
def doctor(expect: str | None, checkpoint: TextIO | None, key: TextIO | None, *, views: bool) -> None:
    """Check every event of the log, the register and the seals. Exit status 1 if there is a fault."""
    if (checkpoint is None) != (key is None):
        raise click.UsageError("--checkpoint and --key must be used together.")
    kept = ExternalCheckpoint(checkpoint.read(), key.read()) if checkpoint and key else None
    with open_configured_stores(prepare=False) as (stores, _):
        head, examination = _read_head(stores), Examination(stores)
        click.echo(f"log       {stores.log.engine}, {head.position} events\nhead      {head.position}:{head.chain.hex()}")
        with click.progressbar(length=head.position, label="Verifying") as bar:
            examination.check_log(bar.update, expect=expect, kept=kept)
        with click.progressbar(length=len(examination.seals), label="Seals") as bar:
            examination.check_seals(bar.update)
        if views:
            with click.progressbar(length=head.position, label="Views") as bar:
                examination.check_views(bar.update)
        _print_findings(examination, views=views)
        click.echo(f"No faults found. {_describe_trust(head.position, expect, kept)}")


def _read_head(stores: Stores) -> Head:
    """Return the log's head. Raises `click.ClickException` if not even that can be read."""
    try:
        return stores.log.head()
    except (OKRError, IndexError, *STORE_ERRORS) as error:
        click.echo(f"FAULT     The log cannot be read: {describe_error(error)}")
        raise click.ClickException("Nothing else was checked. Restore the log from a backup.") from None


def _describe_trust(size: int, expect: str | None, kept: ExternalCheckpoint | None) -> str:
    """Say for how many events what was kept elsewhere vouches."""
    vouched = max(parse_unverified(kept.note).size if kept else 0, int(expect.partition(":")[0]) if expect else 0)
    if not vouched:
        return (
            "That is what the log says about itself: whoever holds the database can rewrite it with all its hashes. Only a "
            "checkpoint or head kept elsewhere shows that the past was rewritten or a tail cut off."
        )
    rest = f" About the {size - vouched} after them only the log itself does." if size > vouched else ""
    return f"What was kept elsewhere vouches for the first {vouched} of {size} events.{rest}"


def _print_findings(examination: Examination, *, views: bool) -> None:
    """Print notes, warnings and faults. Raises `click.ClickException` if there are faults."""
    for note in describe_older(examination.seals):
        click.echo(f"NOTE      {note}")
    if not views:
        click.echo("NOTE      The views were not looked at. --views compares them with the log.")
    if unpublished := describe_unpublished(examination.stores):
        click.echo(f"WARNING   Unpublished checkpoints: {unpublished}")
    for fault in examination.faults:
        click.echo(f"FAULT     {f'Position {fault.position}: ' if fault.position else ''}{fault.message}")
    if examination.faults:
        raise click.ClickException(f"{pluralize(len(examination.faults), 'fault')} found.")
