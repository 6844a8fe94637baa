"""What a process knows of the register, so that most requests read two numbers of it and nothing else.

What was read is valid for the generation that was looked at before; when it has risen, all of it is dropped, keys and names
included.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import local
from typing import TYPE_CHECKING
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from okr_events.register import generation
from okr_events.register.connections import RegisterConnections

if TYPE_CHECKING:
    from okr_events.register.tokens import Token

MAX_KNOWN = 20_000
"""How many entries of a kind are known at once."""


@dataclass(slots=True)
class Known:
    """What was read in one generation; `revision` is that of the people."""

    generation: int = -1
    revision: int = -1
    tokens: dict[bytes, "Token"] = field(default_factory=dict)
    ciphers: dict[str, AESGCM] = field(default_factory=dict)
    names: dict[UUID, str] = field(default_factory=dict)
    present: set[UUID] = field(default_factory=set)

    @property
    def full(self) -> bool:
        return any(len(kind) > MAX_KNOWN for kind in (self.tokens, self.ciphers, self.names, self.present))


class Pin(local):
    """What a thread's request has looked at, while it lasts."""

    active = False
    known: Known | None = None


class KnownRegister:
    def __init__(self, connections: RegisterConnections) -> None:
        self.connections = connections
        self.latest = Known()
        self._pin = Pin()
        connections.after_write = self.forget_pinned

    def get(self) -> Known:
        """What is known of the present generation, or of that at which the thread's request has looked first.

        Within a write transaction nothing is known: it may be rolled back.
        """
        if self.connections.is_writing:
            return Known(*self._look())
        if self._pin.known is None:
            known = self._current()
            self._pin.known = known if self._pin.active else None
            return known
        return self._pin.known

    @contextmanager
    def pinned(self) -> Iterator[None]:
        """Let the thread look once; all that it reads until the end is of that generation, or newer."""
        self._pin.active = True
        try:
            yield
        finally:
            self._pin.active, self._pin.known = False, None

    def drop_outdated(self) -> None:
        """Look whether the generation has risen, so that a process without requests keeps no erased name or destroyed key."""
        if self.latest.generation >= 0:
            self._current()

    def forget(self) -> None:
        """Know nothing; what is needed is read again."""
        self.latest = Known()

    def forget_pinned(self) -> None:
        """Look again after a write of the same request."""
        self._pin.known = None

    def _current(self) -> Known:
        looked, latest = self._look(), self.latest
        if looked != (latest.generation, latest.revision) or latest.full:
            self.latest = latest = Known(*looked)
        return latest

    def _look(self) -> tuple[int, int]:
        number, revision = self.connections.fetch_row(generation.LOOK)
        return number, revision
