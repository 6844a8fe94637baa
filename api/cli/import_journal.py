"""`okr import`."""

from getpass import getuser
from pathlib import Path

import click

from api.cli.context import counted, failing, opened
from okr_events.event_log.recorder import Rehearsed
from okr_events.journal.importer import Import


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check everything, record nothing.")
@click.option("--trust-times", is_flag=True, help="Take recorded_at from the journal; only into an empty log.")
@click.option("--as", "actor", default=getuser, help="Who imports: a person's id or name. Default: your login name.")
@failing
def import_journal(file: Path, actor: str, *, dry_run: bool, trust_times: bool) -> None:
    """Import a journal of OKRs from a CSV file, all rows or none."""
    with opened() as (stores, _):
        journal = Import(stores.okrs, file, actor=actor, trust_times=trust_times)
        with click.progressbar(enumerate(journal.lines, start=2), len(journal.lines), label="Reading") as numbered:
            for number, cells in numbered:
                journal.take(number, cells)
        if journal.faults:
            for fault in journal.faults:
                click.echo(fault, err=True)
            raise click.ClickException(f"{counted(len(journal.faults), 'line')} wrong: nothing was recorded.")
        try:
            count = journal.record(rehearse=dry_run)
        except Rehearsed as rehearsal:
            click.echo(f"{len(rehearsal.recorded)} events would be recorded from {len(journal.lines)} lines.")
            return
        click.echo(f"Recorded {count} events from {len(journal.lines)} lines of {file.name}.")
