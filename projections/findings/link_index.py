"""Links by their ends: those that are live, and those that were and ended, which are evidence."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from projections.store.links import CONTRIBUTING_KINDS, LIVE_LINK_STATES

UPWARD_KINDS = {*CONTRIBUTING_KINDS, "strategic"}
"""The kinds by which an objective serves something above it."""
LinksByEnd = dict[str, list[Any]]


class LinkIndex:
    """The links by child (`up`) and by parent (`down`); what a cancelled child was linked to counts as ended."""

    def __init__(self, rows: Iterable[Any], cancelled: Callable[[Any], bool]) -> None:
        self.live: list[Any] = []
        self.by_child: LinksByEnd = defaultdict(list)
        self.by_parent: LinksByEnd = defaultdict(list)
        self.ended_by_child: LinksByEnd = defaultdict(list)
        self.ended_by_parent: LinksByEnd = defaultdict(list)
        for link in rows:
            live = link.state in LIVE_LINK_STATES and not cancelled(link)
            (self.by_child if live else self.ended_by_child)[link.child_id].append(link)
            (self.by_parent if live else self.ended_by_parent)[link.parent_id].append(link)
            if live:
                self.live.append(link)

    def dependency_links(self, id: str) -> list[Any]:
        """The horizontal links that point at an objective."""
        return [link for link in self.by_parent.get(id, ()) if link.kind == "horizontal"]
