"""The time zones of an organisation: each day has one, and lasts from its zone's midnight until the next day begins."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo, available_timezones

DAY = timedelta(days=1)
PLACEHOLDERS = {"Factory", "localtime"}
"""Names in the database that are no time zones, or another one on every host."""


@dataclass(frozen=True, slots=True)
class ZoneChange:
    """Another time zone from a day on, stated by the event of the company with this `version` and `position` in the log."""

    day: date
    zone: str
    version: int = 0
    position: int = 0


class OrganisationZone(tzinfo):
    """Several time zones, one after the other.

    A change takes effect at midnight of its first day, in the zone that reaches it first: from then on, the clocks show the new
    zone. Where it is behind the old one, they repeat hours of the day before, which lasts until the new zone's midnight.
    """

    def __init__(self, first: str, changes: Sequence[ZoneChange]) -> None:
        self._first = first
        self._changes = changes
        kept = in_force(changes)
        names = [first, *(change.zone for change in kept)]
        steps = [_steps(change.day, *map(ZoneInfo, pair)) for change, pair in zip(kept, pairwise(names), strict=True)]
        self._zones: list[tzinfo] = [ZoneInfo(first), *(zone for step in steps for _, zone in step)]
        self.starts = _ascending([start for step in steps for start, _ in step])
        self._local_starts = [self._local_transitions(fold) for fold in (0, 1)]

    def at(self, position: int) -> tzinfo:
        """The zone as known at a position of the log."""
        return zone_from(self._first, [change for change in self._changes if change.position <= position])

    def fromutc(self, moment: datetime) -> datetime:
        zone = self._zones[bisect_right(self.starts, moment.replace(tzinfo=UTC))]
        local = moment.replace(tzinfo=UTC).astimezone(zone)
        own = local.replace(tzinfo=self)
        return own if own.utcoffset() == local.utcoffset() else own.replace(fold=1)

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        return self._in_zone(moment).utcoffset() if moment else None

    def dst(self, moment: datetime | None) -> timedelta | None:
        return self._in_zone(moment).dst() if moment else None

    def tzname(self, moment: datetime | None) -> str | None:
        return self._in_zone(moment).tzname() if moment else None

    def _in_zone(self, local: datetime) -> datetime:
        """The local time in the zone of its day; of repeated hours, `fold` means the second ones."""
        index = bisect_right(self._local_starts[local.fold], local.replace(tzinfo=None, fold=0))
        return local.replace(tzinfo=self._zones[index])

    def _local_transitions(self, fold: int) -> list[datetime]:
        """The local times from which the next zone is meant: after skipped and repeated hours, or before them with `fold`."""
        choose = min if fold else max
        return [
            start.replace(tzinfo=None) + choose(_offset(zone, start) for zone in zones)
            for start, zones in zip(self.starts, pairwise(self._zones), strict=True)
        ]


def _steps(day: date, before: tzinfo, after: tzinfo) -> list[tuple[datetime, tzinfo]]:
    """When which zone begins in UTC for a change on this day.

    Zones can be more than a day apart, so that neither shows the day before: its hours in the old zone are then repeated.
    """
    old, new = (datetime.combine(day, time(), zone).astimezone(UTC) for zone in (before, after))
    if new - old <= DAY:
        return [(min(old, new), after)]
    return [(old, timezone(_offset(before, old) - DAY)), (new - DAY, after)]


def _ascending(starts: list[datetime]) -> list[datetime]:
    """The instants, where one that a later one overtakes falls together with it."""
    return list(accumulate(reversed(starts), min))[::-1]


def zone_from(first: str, changes: Sequence[ZoneChange]) -> tzinfo:
    """The zone of an organisation that began with the zone `first`, from all changes in the order of the log."""
    return OrganisationZone(first, changes) if changes else ZoneInfo(first)


def in_force(changes: Sequence[ZoneChange]) -> list[ZoneChange]:
    """The changes that hold, by day: each replaces the earlier ones to its day and later days."""
    kept = list[ZoneChange]()
    for change in changes:
        kept = [*(earlier for earlier in kept if earlier.day < change.day), change]
    return kept


def zone_at(zone: tzinfo, position: int) -> tzinfo:
    """The zone as known at a position of the log."""
    return zone.at(position) if isinstance(zone, OrganisationZone) else zone


@cache
def known_zones() -> frozenset[str]:
    """The names of the IANA time zone database, without the copies that count leap seconds."""
    return frozenset(available_timezones() - PLACEHOLDERS)


def _offset(zone: tzinfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
