"""A process that keeps a server for as long as the pipe to its standard input is open, however the other end closes it.

`python -m api.demo.keeper FOLDER COMMAND…` stops the command when whoever started it ends, even when it is killed, and then
deletes the folder, unless that is `-`.
"""

import select
import signal
import subprocess
import sys
from pathlib import Path
from shutil import rmtree
from types import FrameType

POLL_SECONDS, STOP_SECONDS = 0.2, 20.0


def main(folder: str, *command: str) -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to the starter, too, which then closes the pipe
    signal.signal(signal.SIGTERM, _stop)
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603
    try:
        while server.poll() is None and not select.select([sys.stdin], [], [], POLL_SECONDS)[0]:
            pass
    finally:
        status = _end(server)
        if folder != "-":
            rmtree(Path(folder), ignore_errors=True)
    return status


def _end(server: "subprocess.Popen[bytes]") -> int:
    """Stop the server and return its status."""
    server.terminate()
    try:
        return server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        return server.wait()


def _stop(_: int, __: FrameType | None) -> None:
    """Leave the loop; the server is stopped on the way out."""
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
