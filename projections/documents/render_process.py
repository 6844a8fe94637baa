"""Renders documents and large maps in child processes: what they need of memory ends with them, and limits bound it."""

import json
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from types import ModuleType

from okr_events.domain.errors import OKRError, Unavailable
from okr_events.json_types import JsonObject
from projections.documents.document import Document
from projections.documents.optional_dependency import FormatUnavailable
from projections.documents.render_child import OUT_OF_MEMORY, UNAVAILABLE

ROOT = Path(__file__).parents[2]
OVER_LIMIT = {OUT_OF_MEMORY, -signal.SIGABRT, -signal.SIGXCPU, -signal.SIGKILL}
"""How a child ends that needs more than it may: libraries abort when memory is refused."""
MAX_ERROR = 4_000


class RenderingBusy(Unavailable):
    code = "rendering-busy"
    title = "The service renders as many documents as it may. Try again in a moment."


class DocumentTooLarge(OKRError):
    code = "document-too-large"
    title = "This is too large for the requested format. Request another format, or a part of it."


@dataclass(frozen=True, slots=True)
class RenderLimits:
    """The limits of a process: bytes and CPU seconds of each child, children at once, and how long and how many may wait.

    A child that other processes keep from the CPU has twice the seconds to finish.
    """

    memory: int = 512 * 1_048_576
    seconds: int = 30
    at_once: int = 2
    wait_seconds: int = 10
    waiting: int = 4


class RenderQueue:
    """Renders within the limits; further calls wait for their turn."""

    def __init__(self, limits: RenderLimits) -> None:
        self.limits = limits
        self._running = BoundedSemaphore(limits.at_once)
        self._admitted = BoundedSemaphore(limits.at_once + limits.waiting)

    def render(self, form: ModuleType, content: Document | JsonObject) -> bytes:
        """The content as the module `form` renders it. Raises `RenderingBusy`, `DocumentTooLarge` and `FormatUnavailable`."""
        with self.turn():
            return _run_child(form, pickle.dumps(content), self.limits)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a free child. Raises `RenderingBusy` when too many wait already, or for too long."""
        if not self._admitted.acquire(blocking=False):
            raise RenderingBusy
        try:
            if not self._running.acquire(timeout=self.limits.wait_seconds):
                raise RenderingBusy
            try:
                yield
            finally:
                self._running.release()
        finally:
            self._admitted.release()


def _run_child(form: ModuleType, content: bytes, limits: RenderLimits) -> bytes:
    arguments = (form.__name__, str(limits.memory), str(limits.seconds))
    command = [sys.executable, "-m", "projections.documents.render_child", *arguments]
    try:
        child = subprocess.run(  # noqa: S603 - our own interpreter and module
            command, input=content, capture_output=True, timeout=2 * limits.seconds, cwd=ROOT, check=False
        )
    except subprocess.TimeoutExpired:
        raise RenderingBusy from None
    if child.returncode == UNAVAILABLE:
        raise FormatUnavailable(**json.loads(child.stderr))
    if child.returncode in OVER_LIMIT:
        raise DocumentTooLarge
    if child.returncode:
        raise RuntimeError(
            f"{form.__name__} ended with {child.returncode}: {child.stderr[-MAX_ERROR:].decode(errors='replace')}"
        )
    return child.stdout
