"""`okr rebuild`."""

import click

from api.cli.context import failing, opened
from api.operations.stores import other_views, remove_views


@click.command()
@click.option("--remove-old", is_flag=True, help="Remove the views of other versions, once no process uses them.")
@failing
def rebuild(*, remove_old: bool) -> None:
    """Build the views anew from the log; readers see the old ones until it is done."""
    with opened() as (stores, settings):
        with click.progressbar(length=stores.log.head().position, label="Rebuilding") as bar:
            stores.views.rebuild(bar.update)
        click.echo(f"The views are at position {stores.views.tracked().position}.")
        for name in other_views(settings, stores):
            if remove_old:
                remove_views(settings, stores, name)
            click.echo(f"{'Removed' if remove_old else 'There are'} the views of another version: {name}")
