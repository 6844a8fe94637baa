"""Processes of a test: started by module, killed on demand, and all reaped."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

ROOT = Path(__file__).parents[2]
PATIENCE = 120


class Processes:
    def __init__(self) -> None:
        self.started: list[subprocess.Popen[str]] = []

    def start(self, module: str, *arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", f"tests.torture.{module}", *map(str, arguments)]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.started.append(process)
        return process

    def reap(self) -> None:
        for process in self.started:
            process.kill()
            process.communicate()


@contextmanager
def processes() -> Iterator[Processes]:
    ours = Processes()
    try:
        yield ours
    finally:
        ours.reap()


def wait_until(condition: Callable[[], object], *, patience: float = PATIENCE) -> None:
    deadline = monotonic() + patience
    while not condition():
        if monotonic() > deadline:
            raise TimeoutError
        sleep(0.002)
