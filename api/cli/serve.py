"""`okr serve`."""

import os
import socket
import sqlite3
import sys

import click
from eventsourcing.persistence import OperationalError as LogError
from eventsourcing.persistence import PersistenceError
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from api.cli.context import exit_on_error, load_settings_or_exit
from api.cli.parameters import Integer
from api.operations.lazy_stores import open_serving_stores
from api.operations.settings import Settings
from api.operations.stores import StoreMissing
from okr_events.domain.errors import OKRError, Unavailable

UNREACHABLE = (OperationalError, LogError, Unavailable, sqlite3.OperationalError)
"""The errors of stores that are locked, down or read-only, and may come back."""
UNUSABLE = (StoreMissing, OSError, SQLAlchemyError, PersistenceError, OKRError, sqlite3.Error)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=Integer(1, 65535), help="The port to listen on.")
@exit_on_error
def serve(host: str, port: int) -> None:
    """Serve the HTTP API with gunicorn."""
    settings = load_settings_or_exit()
    listener = _listen(host, port)
    _try_stores(settings)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    click.echo(f"Serving on {address} (API documentation: {address}/docs)")
    sys.stdout.flush()
    arguments = [
        *(sys.executable, "-m", "gunicorn", "wsgi:app", "--config", "python:api.http.server_settings"),
        *("--bind", f"fd://{listener.fileno()}", "--workers", str(settings.workers), "--log-level", "warning"),
    ]
    os.execv(sys.executable, arguments)  # noqa: S606 - no shell, our own interpreter


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before anything is said or opened; gunicorn inherits it."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        reason = str(error.strerror).partition(" (")[0]  # Python adds the address
        raise click.ClickException(f"Cannot listen on {host}, port {port}: {reason}.") from None
    listener.set_inheritable(True)
    return listener


def _try_stores(settings: Settings) -> None:
    """Open the stores once, for a new installation and its token. Stores that cannot be reached yet do not prevent serving."""
    try:
        open_serving_stores(settings).close()
    except UNREACHABLE as error:
        click.echo(f"The stores cannot be opened yet; until they can, requests are answered with 503: {error}", err=True)
    except UNUSABLE as error:
        raise click.ClickException(f"The stores cannot be opened: {error}") from None
