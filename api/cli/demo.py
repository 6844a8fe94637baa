"""`okr demo`."""

import click

from api.demo import server


@click.command()
@click.option("--serve", "serving", is_flag=True, help="Keep the server running afterwards.")
def demo(*, serving: bool) -> None:
    """Run the worked example over HTTP in a temporary folder: enter OKRs and check-ins, then read them as of then and now."""
    server.run(serving=serving)
