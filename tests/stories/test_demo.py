"""The demonstration leaves nothing behind, however it ends."""

import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from urllib.request import urlopen

import pytest

PATIENCE = 60
SCRIPT = """
import signal, sys, time
from pathlib import Path
from api.demo.server import run_server
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets its background jobs ignore it
with run_server(Path(sys.argv[1]), "a-token-of-the-demonstration", temporary=True) as (address, _):
    print(address, flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_server_and_folder_end_with_the_process_that_started_them(tmp_path: Path, ending: int) -> None:
    folder = tmp_path / "data"
    command = [sys.executable, "-c", SCRIPT, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as starter:
        assert starter.stdout
        address = starter.stdout.readline().strip()
        assert is_up(address)
        assert folder.exists()
        starter.send_signal(ending)
    deadline = monotonic() + PATIENCE
    while (is_up(address) or folder.exists()) and monotonic() < deadline:
        sleep(0.1)
    assert (is_up(address), folder.exists()) == (False, False)


def is_up(address: str) -> bool:
    with suppress(OSError), urlopen(f"{address}/health/live", timeout=5):  # noqa: S310 - our own server
        return True
    return False
