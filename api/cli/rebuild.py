"""`okr rebuild`."""

import click

from api.cli.context import exit_on_error, open_configured_stores
from api.operations.stores import list_other_views, remove_views


@click.command()
@click.option("--remove-old", is_flag=True, help="Remove the views of other versions, once no process uses them.")
@exit_on_error
def rebuild(*, remove_old: bool) -> None:
    """Build the views anew from the log; readers see the old ones until it is done."""
    with open_configured_stores() as (stores, settings):
        with click.progressbar(length=stores.log.head().position, label="Rebuilding") as bar:
            stores.views.rebuild(bar.update)
        click.echo(f"The views are at position {stores.views.tracked_head().position}.")
        for name in list_other_views(settings, stores):
            if remove_old:
                remove_views(settings, stores, name)
            click.echo(f"{'Removed' if remove_old else 'There are'} the views of another version: {name}")
