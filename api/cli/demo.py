"""`okr demo`."""

import click

from api import demonstration


@click.command()
@click.option("--serve", "serving", is_flag=True, help="Keep serving afterwards.")
def demo(*, serving: bool) -> None:
    """Enter the worked example through HTTP into a scratch folder, and read it as of then and now."""
    demonstration.run(serving=serving)
