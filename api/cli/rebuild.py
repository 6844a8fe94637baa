"""`okr rebuild`."""

import click

from api.cli.context import exit_on_error, open_configured_stores
from api.operations.stores import list_other_views, remove_views


@click.command()
@click.option("--remove-old", is_flag=True, help="Remove the views of other versions. No process may be using them.")
@exit_on_error
def rebuild(*, remove_old: bool) -> None:
    """Rebuild the views from the log. Readers see the old ones until it is done."""
    with open_configured_stores() as (stores, settings):
        with click.progressbar(length=stores.log.head().position, label="Rebuilding") as bar:
            stores.views.rebuild(bar.update)
        click.echo(f"The views are at position {stores.views.tracked_head().position}.")
        for name in list_other_views(settings, stores):
            if remove_old:
                remove_views(settings, stores, name)
            click.echo(f"{'Removed views' if remove_old else 'Views'} of another version: {name}")
