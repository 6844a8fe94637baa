"""A server of our own for a moment, and a client in a few lines: the worked example goes through both."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import click

from api.demo import example

ATTEMPTS = 200
THREADS = 8
TOKEN = "demonstration-only-token"  # noqa: S105 - of a scratch folder on loopback


def run(*, serving: bool) -> None:
    with tempfile.TemporaryDirectory(prefix="okr-demo-") as folder, run_server(Path(folder)) as (address, process):
        example.run_example(Client(address))
        if serving:
            click.echo(f"\nStill serving on {address}; the token is {TOKEN}. Ctrl-C ends it and removes the folder.")
            process.wait()


class Client:
    """A client in a few lines: JSON in, JSON out, a bearer token."""

    def __init__(self, address: str) -> None:
        self.address = address

    def post(self, path: str, **body: Any) -> Any:
        return self._send("POST", path, body)

    def get(self, path: str) -> Any:
        return self._send("GET", path, None)

    def _send(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(self.address + path, data, headers, method=method), timeout=10) as answer:  # noqa: S310
            return json.load(answer)


@contextmanager
def run_server(folder: Path, **more: str) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """A server of our own on a free port of loopback, with its data in a folder and more settings; ended at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {name: value for name, value in os.environ.items() if not name.startswith("OKR_")}
    settings |= {"OKR_DATA_DIR": str(folder), "OKR_ADMIN_TOKEN": TOKEN, "OKR_THREADS": str(THREADS), **more}
    arguments = [sys.executable, "-m", "gunicorn", "wsgi:app", "--no-control-socket", "--worker-class", "gthread"]
    arguments += ["--bind", f"127.0.0.1:{port}", "--threads", str(THREADS), "--log-level", "error"]
    process = subprocess.Popen(arguments, env=settings)  # noqa: S603 - our own interpreter
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_ready(address)
        yield address, process
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
