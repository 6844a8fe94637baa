"""`okr verify`: it touches no settings and no stores, and imports nothing that does."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import BinaryIO, NoReturn

import click

from okr_events.audit.export_format import lines_of
from okr_events.audit.public_keys import keys_of
from okr_events.audit.verify import verify as verified
from okr_events.event_log.checkpoint_notes import BadNote, VerifierKey

UNUSABLE = 2
PATIENCE = 1
"""Seconds before progress is shown."""
STEP = 4096
"""Lines between two looks at the clock."""


@click.command()
@click.argument("export", type=click.Path(path_type=Path))
@click.option("--checkpoint", required=True, type=click.Path(path_type=Path), help="A checkpoint that was kept elsewhere.")
@click.option("--key", required=True, type=click.Path(path_type=Path), help="The log's public keys, one a line.")
def verify(export: Path, checkpoint: Path, key: Path) -> None:
    """Check an export offline; status 0 when it is valid, 1 when it is not, 2 when a file cannot be used."""
    kept, keys = _text(checkpoint), _keys(key)
    try:
        with export.open("rb") as file:
            verdict = verified(_shown(file), kept, keys)
    except OSError as error:
        _unusable(export, str(error.strerror))
    place = f", position {verdict.position}" if verdict.position else ""
    click.echo(f"{'valid' if verdict.valid else 'not valid'}{place}: {verdict.why}")
    sys.exit(0 if verdict.valid else 1)


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except OSError as error:
        _unusable(path, str(error.strerror))
    except UnicodeDecodeError:
        _unusable(path, "it is not a text in UTF-8")


def _keys(path: Path) -> list[VerifierKey]:
    text = _text(path)
    try:
        return keys_of(text)
    except BadNote as bad:
        _unusable(path, str(bad))


def _unusable(path: Path, why: str) -> NoReturn:
    click.echo(f"{path} cannot be used: {why}", err=True)
    sys.exit(UNUSABLE)


def _shown(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file; how far they got is shown once it takes long."""
    lines, started, passed = lines_of(file), monotonic(), 0
    for number, line in enumerate(lines):
        yield line
        passed += len(line)
        if number % STEP == 0 and monotonic() > started + PATIENCE:
            break
    else:
        return
    with click.progressbar(length=os.fstat(file.fileno()).st_size, label="Verifying", file=sys.stderr) as bar:
        for number, line in enumerate(lines):
            yield line
            passed += len(line)
            if number % STEP == 0:
                bar.update(passed - bar.pos)
