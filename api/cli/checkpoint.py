"""`okr checkpoint`."""

import sys
from typing import TextIO

import click

from api.cli.context import exit_on_error, open_configured_stores
from api.operations.checkpoint_publishing import publish_pending
from api.operations.checkpoints import DEMAND, create_checkpoint, public_keys, rotate_signing_key
from api.operations.settings import Settings
from api.operations.stores import Stores


@click.command()
@click.option("-o", "output", type=click.File("w", "utf-8", atomic=True), help="The output file; - for standard output.")
@click.option("--public-key", "public", is_flag=True, help="Write the public keys instead, the newest first.")
@click.option(
    "--rotate-key", "rotate", is_flag=True, help="Retire the signing key and create another; both sign this checkpoint."
)
@exit_on_error
def checkpoint(output: TextIO | None, *, public: bool, rotate: bool) -> None:
    """Sign a checkpoint of the log, write it, and publish it to the configured destinations."""
    if public and rotate:
        raise click.UsageError("--public-key and --rotate-key cannot be combined.")
    if output is None and not rotate:
        raise click.UsageError("Missing option '-o': the output file; - for standard output.")
    with open_configured_stores() as (stores, settings):
        if public:
            text = _format_keys(stores, settings)
        else:
            text = rotate_signing_key(stores, settings) if rotate else create_checkpoint(stores, settings, DEMAND)
        if output:
            output.write(text)
        errors = {} if public else publish_pending(stores, settings)
    for error in errors.values():
        click.echo(f"Not published, will be retried: {error}", err=True)
    sys.exit(1 if errors else 0)


def _format_keys(stores: Stores, settings: Settings) -> str:
    """Return the keys, one per line; a comment before a retired one says when it signed."""
    lines = []
    for key in public_keys(stores, settings):
        retired = [f"# retired: it signed from {key.created_at} to {key.retired_at}"] if key.retired_at else []
        lines += [*retired, key.verifier.text]
    return "".join(f"{line}\n" for line in lines)
