"""`okr import`."""

from getpass import getuser
from pathlib import Path

import click

from api.cli.context import exit_on_error, open_configured_stores
from okr_events.event_log.appending import DryRunCompleted
from okr_events.journal.importer import JournalImport
from projections.text.phrases import pluralize

DECIMAL_MARKS = {"point": ".", "comma": ","}


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check the whole journal without recording anything.")
@click.option("--trust-times", is_flag=True, help="Use recorded_at from the journal; requires an empty log.")
@click.option("--as", "actor", default=getuser, help="Who imports, by id, e-mail address or name. Default: your login name.")
@click.option("--encoding", help="The file's encoding, such as cp1252. Default: UTF-8, or UTF-16 with a byte order mark.")
@click.option("--decimal", type=click.Choice([*DECIMAL_MARKS]), help="The decimal mark. Default: the one in the file.")
@click.option("--time-zone", help="The company's time zone, such as Europe/Berlin. Default: UTC for a new company.")
@exit_on_error
def import_journal(
    file: Path,
    actor: str,
    encoding: str | None,
    decimal: str | None,
    time_zone: str | None,
    *,
    dry_run: bool,
    trust_times: bool,
) -> None:
    """Import a journal of OKRs from a CSV file: all rows that are not recorded yet, or none."""
    mark = DECIMAL_MARKS[decimal] if decimal else None
    with open_configured_stores(create=True) as (stores, _):
        journal = JournalImport(
            stores.okrs, file, actor=actor, trust_times=trust_times, encoding=encoding, decimal_mark=mark, time_zone=time_zone
        )
        click.echo(journal.file.description)
        _read_rows(journal)
        try:
            count = journal.record(rehearse=dry_run)
        except DryRunCompleted as dry:
            count = len(dry.recorded_events)
        click.echo(_summary(journal, count, dry_run=dry_run))


def _read_rows(journal: JournalImport) -> None:
    rows = journal.file.rows
    with click.progressbar(rows, len(rows), label="Reading") as numbered:
        for number, cells in numbered:
            journal.add_row(number, cells)
    for error in journal.row_errors:
        click.echo(error, err=True)
    if journal.row_errors:
        raise click.ClickException(f"{pluralize(len(journal.row_errors), 'error')}; nothing was recorded.")


def _summary(journal: JournalImport, count: int, *, dry_run: bool) -> str:
    events, rows = pluralize(count, "event"), pluralize(len(journal.file.rows), "row")
    recorded = f"Dry run: {events} would be recorded" if dry_run else f"Recorded {events}"
    return f"{recorded} from {rows}: {journal.new_rows} new, {journal.recorded_before} recorded before."
