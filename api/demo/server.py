"""A temporary server for the worked example."""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import click

from api.demo import example
from api.demo.client import Client

ATTEMPTS = 200
THREADS = 8


def run(*, serving: bool) -> None:
    with tempfile.TemporaryDirectory(prefix="okr-demo-") as folder, run_server(Path(folder)) as (client, process):
        example.run_example(client)
        if serving:
            click.echo(f"\nServing on {client.address} with the token {client.token}")
            click.echo("Press Ctrl-C to stop and delete the data.")
            process.wait()


@contextmanager
def run_server(folder: Path, **extra: str) -> Iterator[tuple[Client, "subprocess.Popen[bytes]"]]:
    """Run a server on a free loopback port, with its data in a folder, a token and extra settings; stop it at the end.

    It ends with this process, however that dies, and then deletes the folder.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {name: value for name, value in os.environ.items() if not name.startswith("OKR_")}
    client = Client(f"http://127.0.0.1:{port}", secrets.token_urlsafe(24))
    settings |= {"OKR_DATA_DIR": str(folder), "OKR_ADMIN_TOKEN": client.token, "OKR_THREADS": str(THREADS), **extra}
    settings["OKR_DEMO_PARENT"] = str(os.getpid())
    arguments = [sys.executable, "-m", "gunicorn", "wsgi:app", "--config", "python:api.demo.server_settings"]
    arguments += ["--bind", f"127.0.0.1:{port}", "--log-level", "error"]
    process = subprocess.Popen(arguments, env=settings)  # noqa: S603 - this interpreter
    try:
        _wait_until_ready(client.address)
        yield client, process
    finally:
        process.terminate()
        process.wait()


def _wait_until_ready(address: str) -> None:
    for _ in range(ATTEMPTS):
        try:
            urlopen(f"{address}/health/ready", timeout=5).close()  # noqa: S310
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise click.ClickException("The server did not start.")
