"""`okr verify`. It runs offline: no settings, no stores."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import BinaryIO, NoReturn

import click

from okr_events.audit.export_format import read_lines
from okr_events.audit.seal import SealedReport, SealSearch, UnusableReport
from okr_events.audit.trust import parse_keys
from okr_events.audit.verify import verify as verify_export
from okr_events.event_log.checkpoint_notes import InvalidNote, VerifierKey

EXIT_UNUSABLE = 2
PROGRESS_DELAY = 1
"""The time before the progress bar appears."""
LINES_PER_UPDATE = 4096
"""Lines between two updates of the progress."""


@click.command()
@click.argument("export", type=click.Path(path_type=Path))
@click.option("--checkpoint", required=True, type=click.Path(path_type=Path), help="A checkpoint kept from before.")
@click.option("--key", required=True, type=click.Path(path_type=Path), help="The log's public keys, one per line.")
@click.option(
    "--seal", type=click.Path(path_type=Path), help="A cycle's sealed report, as JSON, to compare with the export's seal."
)
def verify(export: Path, checkpoint: Path, key: Path, seal: Path | None) -> None:
    """Verify an export offline. Exit status 0 if it is valid, 1 if not, 2 if a file cannot be read."""
    kept, keys = _read_text(checkpoint), _read_keys(key)
    search = SealSearch(_read_report(seal)) if seal else None
    try:
        with export.open("rb") as file:
            lines = _lines_with_progress(file)
            if search:
                verdict = verify_export(search.watch(lines), kept, keys, sizes=[search.report.position])
            else:
                verdict = verify_export(lines, kept, keys)
    except OSError as error:
        _exit_unusable(export, str(error.strerror))
    verdicts = {"": verdict} | ({"seal ": search.judge(verdict.roots)} if search and verdict.valid else {})
    for subject, each in verdicts.items():
        position = f", position {each.position}" if each.position else ""
        click.echo(f"{subject}{'valid' if each.valid else 'not valid'}{position}: {each.why}")
    sys.exit(0 if all(each.valid for each in verdicts.values()) else 1)


def _read_report(path: Path) -> SealedReport:
    try:
        return SealedReport.parse(path.read_bytes())
    except OSError as error:
        _exit_unusable(path, str(error.strerror))
    except UnusableReport as error:
        _exit_unusable(path, str(error))


def _read_text(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except OSError as error:
        _exit_unusable(path, str(error.strerror))
    except UnicodeDecodeError:
        _exit_unusable(path, "It is not UTF-8 text.")


def _read_keys(path: Path) -> list[VerifierKey]:
    text = _read_text(path)
    try:
        return parse_keys(text)
    except InvalidNote as error:
        _exit_unusable(path, str(error))


def _exit_unusable(path: Path, reason: str) -> NoReturn:
    click.echo(f"{path} cannot be used: {reason}", err=True)
    sys.exit(EXIT_UNUSABLE)


def _lines_with_progress(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a file; show a progress bar if it takes long."""
    lines, started, size = read_lines(file), monotonic(), 0
    for number, line in enumerate(lines):
        yield line
        size += len(line)
        if number % LINES_PER_UPDATE == 0 and monotonic() > started + PROGRESS_DELAY:
            break
    else:
        return
    with click.progressbar(length=os.fstat(file.fileno()).st_size, label="Verifying", file=sys.stderr) as bar:
        for number, line in enumerate(lines):
            yield line
            size += len(line)
            if number % LINES_PER_UPDATE == 0:
                bar.update(size - bar.pos)
