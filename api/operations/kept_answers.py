"""Answers to reads, kept as they were sent: the same read at the same position costs little more than a 304."""

from collections.abc import Hashable
from dataclasses import dataclass
from threading import Lock

from okr_events.register.known import Known
from projections.store.weighted_cache import WeightedCache

MAX_BYTES = 32 * 1_048_576
OVERHEAD_BYTES = 2_048
"""What an answer weighs beside its body."""


@dataclass(frozen=True, slots=True)
class Answer:
    body: bytes
    headers: tuple[tuple[str, str], ...]
    tag: str


class KeptAnswers:
    """The answers of one generation of the register: they hold names and words of people, and are forgotten with it."""

    def __init__(self) -> None:
        self._answers = WeightedCache[Answer](MAX_BYTES)
        self._known: Known | None = None
        self._lock = Lock()

    def get(self, known: Known, key: Hashable) -> Answer | None:
        self.keep_only(known)
        return self._answers.get((known.generation, known.revision, key))

    def put(self, known: Known, key: Hashable, answer: Answer) -> None:
        weight = len(answer.body) + OVERHEAD_BYTES
        with self._lock:
            if known is self._known:
                self._answers.put((known.generation, known.revision, key), answer, weight=weight)

    def keep_only(self, known: Known) -> None:
        """Forget the answers of another generation than this."""
        if known is not self._known:
            with self._lock:
                self._answers.clear()
                self._known = known
