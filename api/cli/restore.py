"""`okr restore`."""

import sqlite3
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from api.cli.context import exit_on_error, load_settings_or_exit, open_configured_stores
from api.operations.stores import RestoreTargetNotEmpty, empty_restore_target
from okr_events.backup.restore import BackupRestore


@click.command()
@click.argument("backup", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--word-keys",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Where the word keys were kept apart. Default: the backup's own file.",
)
@exit_on_error
def restore(backup: Path, word_keys: Path | None) -> None:
    """Restore a backup into an empty place, on either engine; a damaged one is refused, and nothing of it stays."""
    try:
        place = empty_restore_target(load_settings_or_exit())
        restoring = BackupRestore(backup, word_keys=word_keys)
        with click.progressbar(length=restoring.manifest.position, label="Restoring") as bar:
            restoring.restore(place, bar.update)
    except RestoreTargetNotEmpty as taken:
        raise click.ClickException(str(taken)) from None
    except (OSError, SQLAlchemyError, sqlite3.Error) as error:
        raise click.ClickException(f"The backup cannot be restored: {error}") from None
    with open_configured_stores() as (stores, _):
        head = stores.log.head()
    click.echo(f"Restored {head.position} events and the register of {restoring.manifest.made_at}.")
    click.echo(
        f"The views are built by the first read. Check all of it: okr doctor --expect {head.position}:{head.chain.hex()}"
    )
