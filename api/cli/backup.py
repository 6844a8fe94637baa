"""`okr backup`."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

import click

from api.cli.access_logging import person_option, record_access
from api.cli.context import exit_on_error, open_configured_stores
from okr_events.backup.manifest import WORD_KEYS
from okr_events.backup.writer import BackupWriter


@click.command()
@click.option("-o", "output", required=True, type=click.Path(path_type=Path), help="A new or empty folder.")
@person_option
@exit_on_error
def backup(output: Path, person: str | None) -> None:
    """Back up log and register while the server runs. The access log records it."""
    with open_configured_stores() as (stores, _):
        with _atomic_folder(output) as folder:
            record_access(stores, "backup", person, {})
            with click.progressbar(length=stores.log.head().position, label="Backing up") as bar:
                manifest = BackupWriter(stores.log, stores.register, folder, bar.update).write()
        click.echo(f"Backed up {manifest.position} events and the register to {output}.")
        click.echo(f"head      {manifest.position}:{manifest.chain}")
        click.echo(f"{WORD_KEYS} decrypts everyone's text. Store it apart, and delete it with the backup.")


@contextmanager
def _atomic_folder(path: Path) -> Iterator[Path]:
    """Yield a temporary path that is renamed to the folder on success and removed on failure."""
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise click.ClickException(f"{path} exists already and is not an empty folder.")
    temporary = path.absolute().with_name(f".{path.absolute().name}.{os.getpid()}")
    try:
        yield temporary
        temporary.rename(path)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}") from None
    finally:
        rmtree(temporary, ignore_errors=True)
