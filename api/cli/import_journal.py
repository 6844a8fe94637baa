"""`okr import`."""

from getpass import getuser
from pathlib import Path

import click

from api.cli.context import exit_on_error, open_configured_stores
from okr_events.event_log.recorder import DryRunCompleted
from okr_events.journal.importer import JournalImport
from projections.text.phrases import pluralize


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check the whole journal without recording anything.")
@click.option("--trust-times", is_flag=True, help="Use recorded_at from the journal; requires an empty log.")
@click.option("--as", "actor", default=getuser, help="The person who imports, by id or name. Default: your login name.")
@exit_on_error
def import_journal(file: Path, actor: str, *, dry_run: bool, trust_times: bool) -> None:
    """Import a journal of OKRs from a CSV file, either all rows or none."""
    with open_configured_stores(create=True) as (stores, _):
        journal = JournalImport(stores.okrs, file, actor=actor, trust_times=trust_times)
        with click.progressbar(enumerate(journal.lines, start=2), len(journal.lines), label="Reading") as numbered:
            for number, cells in numbered:
                journal.add_row(number, cells)
        if journal.row_errors:
            for error in journal.row_errors:
                click.echo(error, err=True)
            raise click.ClickException(f"{pluralize(len(journal.row_errors), 'error')}; nothing was recorded.")
        try:
            count = journal.record(rehearse=dry_run)
        except DryRunCompleted as dry:
            click.echo(f"Dry run: {len(dry.recorded_events)} events would be recorded from {len(journal.lines)} lines.")
            return
        click.echo(f"Recorded {count} events from {len(journal.lines)} lines of {file.name}.")
