"""The queue of appends: those of a process that come together are written together, so that they share a lock and a commit."""

from collections import deque
from collections.abc import Callable
from threading import Lock

from okr_events.event_log.append import Append

MAX_GROUP = 32


class QueuedAppend:
    """An append in the queue. Its thread waits until it was written, or until it is its turn to write."""

    def __init__(self, append: Append) -> None:
        self.append = append
        self.done = False
        self._wake = Lock()
        self._wake.acquire()

    def wait(self) -> None:
        self._wake.acquire()

    def wake(self) -> None:
        self._wake.release()


class AppendQueue:
    """Whoever comes while nobody writes, writes; the first who came meanwhile writes next, for all who wait by then."""

    def __init__(self, write: Callable[[list[Append]], None]) -> None:
        """`write` writes a group; it leaves each refused append its error, and raises what concerns them all."""
        self.write = write
        self._lock = Lock()
        self.waiting = deque[QueuedAppend]()
        self._writing = False

    def record(self, append: Append) -> None:
        """Write an append with others. Raises its own error."""
        queued = QueuedAppend(append)
        with self._lock:
            self.waiting.append(queued)
            writes, self._writing = not self._writing, True
        if not writes:
            queued.wait()
        if not queued.done:
            self._write_group()
        if append.error:
            raise append.error

    def _write_group(self) -> None:
        """Write the first of those who wait, which is this thread's own append, with others."""
        with self._lock:
            group = [self.waiting.popleft() for _ in range(min(MAX_GROUP, len(self.waiting)))]
        try:
            self.write([queued.append for queued in group])
        except BaseException as error:  # noqa: BLE001 - each of them raises it
            for queued in group:
                queued.append.error = error
        finally:
            self._release(group)

    def _release(self, group: list[QueuedAppend]) -> None:
        with self._lock:
            following = self.waiting[0] if self.waiting else None
            self._writing = following is not None
        if following:
            following.wake()
        own, *others = group
        own.done = True
        for queued in others:
            queued.done = True
            queued.wake()
