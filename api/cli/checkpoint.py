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
@click.option("-o", "output", type=click.File("w", "utf-8", atomic=True), help="Where to write it; - for the standard output.")
@click.option("--public-key", "public", is_flag=True, help="The public keys instead, the newest first.")
@click.option("--rotate-key", "rotating", is_flag=True, help="First retire the key and make another; both sign this once.")
@exit_on_error
def checkpoint(output: TextIO | None, *, public: bool, rotating: bool) -> None:
    """Sign the log as it is, write that down, and publish it where the settings say."""
    if public and rotating:
        raise click.UsageError("Rotate first, then ask for the public keys.")
    if output is None and not rotating:
        raise click.UsageError("Missing option '-o': where to write it; - for the standard output.")
    with open_configured_stores() as (stores, settings):
        text = (
            _format_keys(stores, settings)
            if public
            else (rotate_signing_key(stores, settings) if rotating else _sign_note(stores, settings))
        )
        if output:
            output.write(text)
        failed = {} if public else publish_pending(stores, settings)
    for told in failed.values():
        click.echo(f"Not published, to be tried again: {told}", err=True)
    sys.exit(1 if failed else 0)


def _sign_note(stores: Stores, settings: Settings) -> str:
    return create_checkpoint(stores, settings, DEMAND)


def _format_keys(stores: Stores, settings: Settings) -> str:
    """The lines of the keys; a comment before a retired one says when it signed."""
    lines = []
    for key in public_keys(stores, settings):
        retired = [f"# retired: it signed from {key.created_at} to {key.retired_at}"] if key.retired_at else []
        lines += [*retired, key.verifier.text]
    return "".join(f"{line}\n" for line in lines)
