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
@click.option("-o", "output", required=True, type=click.Path(path_type=Path), help="A folder that is not there yet, or empty.")
@person_option
@exit_on_error
def backup(output: Path, person: str | None) -> None:
    """Write a backup of log and register while others go on writing; it is noted in the access log."""
    with open_configured_stores() as (stores, _):
        with _atomic_folder(output) as folder:
            record_access(stores, "backup", person, {})
            with click.progressbar(length=stores.log.head().position, label="Backing up") as bar:
                manifest = BackupWriter(stores.log, stores.register, folder, bar.update).write()
        click.echo(f"Backed up {manifest.position} events and the register to {output}.")
        click.echo(f"head      {manifest.position}:{manifest.chain}")
        click.echo(f"{WORD_KEYS} opens everybody's words: keep it apart, and delete it when a backup is no longer wanted.")


@contextmanager
def _atomic_folder(path: Path) -> Iterator[Path]:
    """A folder's name beside the path, which takes its place in the end; nothing of it stays on failure."""
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise click.ClickException(f"{path} is there already: a backup is a folder of its own.")
    beside = path.absolute().with_name(f".{path.absolute().name}.{os.getpid()}")
    try:
        yield beside
        beside.rename(path)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}") from None
    finally:
        rmtree(beside, ignore_errors=True)
