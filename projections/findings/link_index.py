"""Links by their ends: those that are live, and those that were and ended, which are evidence."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

LIVE = {"active", "proposed", "confirmed"}
CONTRIBUTING = {"vertical", "explicit"}
UPWARD = CONTRIBUTING | {"strategic"}
"""The kinds by which an objective serves something above it."""
ByEnd = dict[str, list[Any]]


class Links:
    """The links by child (`up`) and by parent (`down`); what a cancelled child was linked to counts as ended."""

    def __init__(self, rows: Iterable[Any], cancelled: Callable[[Any], bool]) -> None:
        self.live: list[Any] = []
        self.up: ByEnd = defaultdict(list)
        self.down: ByEnd = defaultdict(list)
        self.ended_up: ByEnd = defaultdict(list)
        self.ended_down: ByEnd = defaultdict(list)
        for link in rows:
            live = link.state in LIVE and not cancelled(link)
            (self.up if live else self.ended_up)[link.child_id].append(link)
            (self.down if live else self.ended_down)[link.parent_id].append(link)
            if live:
                self.live.append(link)

    def dependents(self, id: str) -> list[Any]:
        """The horizontal links that point at an objective."""
        return [link for link in self.down.get(id, ()) if link.kind == "horizontal"]
