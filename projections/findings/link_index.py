"""An index of links by their ends: live links, and ended links as evidence."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from projections.store.links import CONTRIBUTING_KINDS, LIVE_LINK_STATES
from projections.store.tables import AlignmentRow

UPWARD_KINDS = (*CONTRIBUTING_KINDS, "strategic")
"""The kinds of links by which an objective serves a goal above it."""
LinksByEnd = dict[str, list[AlignmentRow]]


class LinkIndex:
    """Links by child and by parent; the links of a cancelled child count as ended."""

    def __init__(self, links: Iterable[AlignmentRow], child_is_cancelled: Callable[[AlignmentRow], bool]) -> None:
        self.live: list[AlignmentRow] = []
        self.by_child: LinksByEnd = defaultdict(list)
        self.by_parent: LinksByEnd = defaultdict(list)
        self.ended_by_child: LinksByEnd = defaultdict(list)
        self.ended_by_parent: LinksByEnd = defaultdict(list)
        for link in links:
            live = link.state in LIVE_LINK_STATES and not child_is_cancelled(link)
            (self.by_child if live else self.ended_by_child)[link.child_id].append(link)
            (self.by_parent if live else self.ended_by_parent)[link.parent_id].append(link)
            if live:
                self.live.append(link)
