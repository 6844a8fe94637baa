"""The demonstration's server: a token of its own, and an end with its parent, however that dies."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="the signal at a parent's death is Linux's")]
SERVING = re.compile(r"Serving on (http://127\.0\.0\.1:\d+) with the token (\S+)")
PATIENCE = 60.0


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[tuple[Any, str, str]]:
    """A demonstration that keeps serving, with its address and token; its data is below `tmp_path`."""
    command = [sys.executable, "-c", "from api.cli import okr; okr()", "demo", "--serve"]
    environment = {"PATH": os.environ["PATH"], "TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        found = next(filter(None, map(SERVING.search, process.stdout)))
        yield process, found[1], found[2]
        process.kill()


def wait_for_end(address: str, folder: Path) -> None:
    """Wait until nothing listens and the folder is empty."""
    deadline = monotonic() + PATIENCE
    while monotonic() < deadline:
        try:
            urlopen(f"{address}/health/live", timeout=5).close()  # noqa: S310
        except OSError:
            if not list(folder.glob("okr-demo-*")):
                return
        sleep(0.1)
    raise TimeoutError("the server or its data is still there")


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT, signal.SIGHUP])
def test_the_server_ends_and_its_data_is_deleted_however_the_demonstration_ends(
    demo: tuple[Any, str, str], tmp_path: Path, end: signal.Signals
) -> None:
    process, address, _ = demo
    assert list(tmp_path.glob("okr-demo-*"))
    process.send_signal(end)
    process.wait(PATIENCE)
    wait_for_end(address, tmp_path)


def test_nobody_knows_the_token(demo: tuple[Any, str, str]) -> None:
    _, address, token = demo
    assert len(token) >= 32
    for sent, status in ((token, 200), ("demonstration-only-token", 401)):
        request = Request(f"{address}/v1/units", headers={"Authorization": f"Bearer {sent}"})  # noqa: S310
        try:
            with urlopen(request, timeout=10) as answer:  # noqa: S310
                assert answer.status == status
        except HTTPError as refused:
            assert refused.code == status  # noqa: PT017
            refused.close()
