"""The company's time zone, kept in memory for a while."""

from collections.abc import Callable
from datetime import tzinfo
from time import monotonic
from zoneinfo import ZoneInfo

KEPT_SECONDS = 30
"""Less than the notice that a change of the zone takes, so that every process knows of it in time."""


class CompanyZone:
    """`load` returns the zone, or null while there is no company."""

    def __init__(self, load: Callable[[], tzinfo | None]) -> None:
        self._load = load
        self._kept: tuple[float, tzinfo] | None = None

    def get(self) -> tzinfo:
        """The zone; `UTC` while there is no company."""
        kept = self._kept
        if kept and monotonic() < kept[0]:
            return kept[1]
        until, zone = monotonic() + KEPT_SECONDS, self._load()
        self._kept = (until, zone) if zone else None
        return zone or ZoneInfo("UTC")

    def forget(self) -> None:
        self._kept = None
