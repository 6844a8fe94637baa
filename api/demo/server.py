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
    """Run the example in a folder of its own with a token that nobody else knows; both end with this process."""
    folder, token = Path(tempfile.mkdtemp(prefix="okr-demo-")), secrets.token_urlsafe(24)
    with run_server(folder, token, temporary=True) as (address, process):
        example.run_example(Client(address, token))
        if serving:
            click.echo(f"\nServing on {address} with the token {token}. Press Ctrl-C to stop and delete the data.")
            process.wait()


@contextmanager
def run_server(
    folder: Path, token: str, *, temporary: bool = False, **extra: str
) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """Run a server on a free loopback port, with its data in a folder and extra settings, until the end of this process.

    A `temporary` folder is deleted then, too.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {name: value for name, value in os.environ.items() if not name.startswith("OKR_")}
    settings |= {"OKR_DATA_DIR": str(folder), "OKR_ADMIN_TOKEN": token, "OKR_THREADS": str(THREADS), **extra}
    arguments = [sys.executable, "-m", "api.demo.keeper", str(folder) if temporary else "-"]
    arguments += [sys.executable, "-m", "gunicorn", "wsgi:app", "--config", "python:api.http.server_settings"]
    arguments += ["--bind", f"127.0.0.1:{port}", "--log-level", "error"]
    with subprocess.Popen(arguments, env=settings, stdin=subprocess.PIPE) as process:  # noqa: S603 - this interpreter
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_ready(address)
            yield address, process
        finally:
            process.terminate()


def _wait_until_ready(address: str) -> None:
    for _ in range(ATTEMPTS):
        try:
            urlopen(f"{address}/health/ready", timeout=5).close()  # noqa: S310
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise click.ClickException("The server did not start.")
