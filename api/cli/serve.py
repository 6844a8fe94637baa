"""`okr serve`."""

import os
import sys

import click

from api.cli.context import exit_on_error, open_configured_stores
from api.operations.stores import ensure_admin_token


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@exit_on_error
def serve(host: str, port: int) -> None:
    """Serve the HTTP API with gunicorn."""
    with open_configured_stores(create=True) as (stores, settings):
        secret = ensure_admin_token(stores, settings)
    if secret:
        click.echo(f"Admin token (shown once, stored in {settings.data_dir / 'admin-token'}):\n\n  {secret}\n")
    click.echo(f"Serving on http://{host}:{port} (API documentation: http://{host}:{port}/docs)")
    sys.stdout.flush()
    arguments = [
        *(sys.executable, "-m", "gunicorn", "wsgi:app", "--config", "python:api.http.server_settings"),
        *("--bind", f"{host}:{port}", "--workers", str(settings.workers), "--log-level", "warning"),
    ]
    os.execv(sys.executable, arguments)  # noqa: S606 - no shell, our own interpreter
