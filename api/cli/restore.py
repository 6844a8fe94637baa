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
    help="The file of word keys, if stored apart. Default: the one in the backup.",
)
@exit_on_error
def restore(backup: Path, word_keys: Path | None) -> None:
    """Restore a backup into an empty database or folder. A damaged backup is rejected and leaves nothing behind."""
    try:
        target = empty_restore_target(load_settings_or_exit())
        backup_restore = BackupRestore(backup, word_keys=word_keys)
        with click.progressbar(length=backup_restore.manifest.position, label="Restoring") as bar:
            backup_restore.restore(target, bar.update)
    except RestoreTargetNotEmpty as error:
        raise click.ClickException(str(error)) from None
    except (OSError, SQLAlchemyError, sqlite3.Error) as error:
        raise click.ClickException(f"The backup cannot be restored: {error}") from None
    with open_configured_stores() as (stores, _):
        head = stores.log.head()
    click.echo(f"Restored {head.position} events and the register from the backup of {backup_restore.manifest.made_at}.")
    click.echo(f"The first read builds the views. To check the result: okr doctor --expect {head.position}:{head.chain.hex()}")
