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
from threading import Event

POLL_SECONDS, STOP_SECONDS = 0.2, 20.0


def main(folder: str, *command: str) -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to the starter, too, which then closes the pipe
    stopped = Event()  # an exception raised by a handler could leave `Popen` locked for ever
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603
    try:
        while server.poll() is None and not stopped.is_set() and not select.select([sys.stdin], [], [], POLL_SECONDS)[0]:
            pass
    finally:
        status = _end(server)
        if folder != "-":
            rmtree(Path(folder), ignore_errors=True)
    return 0 if stopped.is_set() else status


def _end(server: "subprocess.Popen[bytes]") -> int:
    """Stop the server and return its status."""
    server.terminate()
    try:
        return server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        return server.wait()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
