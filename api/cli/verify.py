"""`okr verify`: it touches no settings and no stores, and imports nothing that does."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import BinaryIO, NoReturn

import click

from okr_events.audit.export_format import read_lines
from okr_events.audit.public_keys import parse_keys
from okr_events.audit.verify import verify as verified
from okr_events.event_log.checkpoint_notes import InvalidNote, VerifierKey

EXIT_UNUSABLE = 2
PROGRESS_DELAY = 1
"""Seconds before progress is shown."""
LINES_PER_UPDATE = 4096
"""Lines between two looks at the clock."""


@click.command()
@click.argument("export", type=click.Path(path_type=Path))
@click.option("--checkpoint", required=True, type=click.Path(path_type=Path), help="A checkpoint that was kept elsewhere.")
@click.option("--key", required=True, type=click.Path(path_type=Path), help="The log's public keys, one a line.")
def verify(export: Path, checkpoint: Path, key: Path) -> None:
    """Check an export offline; status 0 when it is valid, 1 when it is not, 2 when a file cannot be used."""
    kept, keys = _read_text(checkpoint), _read_keys(key)
    try:
        with export.open("rb") as file:
            verdict = verified(_lines_with_progress(file), kept, keys)
    except OSError as error:
        _exit_unusable(export, str(error.strerror))
    place = f", position {verdict.position}" if verdict.position else ""
    click.echo(f"{'valid' if verdict.valid else 'not valid'}{place}: {verdict.why}")
    sys.exit(0 if verdict.valid else 1)


def _read_text(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except OSError as error:
        _exit_unusable(path, str(error.strerror))
    except UnicodeDecodeError:
        _exit_unusable(path, "it is not a text in UTF-8")


def _read_keys(path: Path) -> list[VerifierKey]:
    text = _read_text(path)
    try:
        return parse_keys(text)
    except InvalidNote as bad:
        _exit_unusable(path, str(bad))


def _exit_unusable(path: Path, why: str) -> NoReturn:
    click.echo(f"{path} cannot be used: {why}", err=True)
    sys.exit(EXIT_UNUSABLE)


def _lines_with_progress(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file; how far they got is shown once it takes long."""
    lines, started, passed = read_lines(file), monotonic(), 0
    for number, line in enumerate(lines):
        yield line
        passed += len(line)
        if number % LINES_PER_UPDATE == 0 and monotonic() > started + PROGRESS_DELAY:
            break
    else:
        return
    with click.progressbar(length=os.fstat(file.fileno()).st_size, label="Verifying", file=sys.stderr) as bar:
        for number, line in enumerate(lines):
            yield line
            passed += len(line)
            if number % LINES_PER_UPDATE == 0:
                bar.update(passed - bar.pos)
