"""`okr export`."""

import sys
from pathlib import Path

import click

from api.cli.access_logging import person_option, record_access
from api.cli.atomic_file import atomic_write
from api.cli.context import exit_on_error, open_configured_stores
from api.operations.log_export import check_continues, export_log
from okr_events.event_log.checkpoint_notes import Checkpoint, InvalidNote, parse_unverified

LINES_PER_UPDATE = 100
"""Lines between two updates of the progress bar."""


@click.command()
@click.option("-o", "output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The output file.")
@click.option("--cycle", help="A cycle's id or name: export only its events, each with a proof.")
@click.option(
    "--since",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="With --cycle: a kept checkpoint; the export proves that the log continues it.",
)
@person_option
@exit_on_error
def export(output: Path, cycle: str | None, since: Path | None, person: str | None) -> None:
    """Export all events, or those of a cycle, with a signed checkpoint, for `okr verify`. The access log records it."""
    if str(output) == "-":
        raise click.BadParameter("The export must be written to a file.", param_hint="-o")
    if since and not cycle:
        raise click.UsageError("--since requires --cycle: a full export needs no proof of how the log began.")
    with open_configured_stores() as (stores, _):
        export = export_log(stores, cycle, check_continues(stores, _parse_checkpoint(since)) if since else None)
        record_access(stores, "export", person, {"cycle": cycle} if cycle else {})
        with atomic_write(output) as file, click.progressbar(length=export.count, label="Exporting", file=sys.stderr) as bar:
            for number, line in enumerate(export.lines):
                file.write(line)
                if number % LINES_PER_UPDATE == 0:
                    bar.update(number - bar.pos)
    click.echo(f"Exported {export.count} of {export.size} events to {output}.", err=True)
    if cycle and not since:
        click.echo("Verify it with a checkpoint of the same size. Use --since to add the proof for an earlier one.", err=True)


def _parse_checkpoint(checkpoint: Path) -> Checkpoint:
    try:
        return parse_unverified(checkpoint.read_text("utf-8"))
    except (InvalidNote, UnicodeDecodeError) as error:
        raise click.BadParameter(f"{checkpoint} is not a checkpoint. {error}", param_hint="--since") from None
