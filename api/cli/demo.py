"""`okr demo`."""

import click

from api.demo import server


@click.command()
@click.option("--serve", "serving", is_flag=True, help="Keep serving afterwards.")
def demo(*, serving: bool) -> None:
    """Enter the worked example through HTTP into a scratch folder, and read it as of then and now."""
    server.run(serving=serving)
