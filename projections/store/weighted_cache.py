"""A cache of values that nobody changes, bounded by the sum of their weights; those used last stay."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

V = TypeVar("V")


class WeightedCache(Generic[V]):
    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._kept = OrderedDict[Hashable, tuple[V, int]]()
        self._weight = 0
        self._lock = Lock()

    def get(self, key: Hashable) -> V | None:
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def put(self, key: Hashable, value: V, *, weight: int) -> None:
        """Keep a value, unless it alone weighs more than a quarter of the limit."""
        if weight > self.limit // 4:
            return
        with self._lock:
            _, before = self._kept.pop(key, (None, 0))
            self._kept[key] = value, weight
            self._weight += weight - before
            while self._weight > self.limit:
                _, (_, dropped) = self._kept.popitem(last=False)
                self._weight -= dropped

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._weight = 0
