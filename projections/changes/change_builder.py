"""Telling: a change put together from its fact, the rows before and after it, and what stands around."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import orjson

from okr_events.domain.metrics import target_direction
from okr_events.event_log.hash_chain import instant
from projections.changes.change import Change, Net
from projections.changes.net_difference import Turned
from projections.changes.row_diff import Fields, difference, told
from projections.changes.subject import Key, Row, Subject, Surroundings, Versions
from projections.moment import Moment, rfc3339
from projections.store.tables import check_ins


class Telling:
    """`later` is the moment up to which changes are asked; it says in which zone days are counted."""

    def __init__(self, versions: Versions, around: Surroundings, later: Moment) -> None:
        self.versions = versions
        self.around = around
        self.later = later

    def change(self, fact: Mapping[str, Any], kind: str, key: Key | None) -> Change:
        if key is None:
            return Change(fact, kind, _unknown(fact), difference({}, fact["fields"]))
        place = (*key, int(fact["position"]))
        before, after = self.versions.before(*place), self.versions.after(*place)
        return Change(
            fact,
            kind,
            self.around.subject(key[0], after or before or {}, place[2]),
            difference(told(before), told(after)),
            direction(before, after),
            self._reported(fact, after) if key[0] is check_ins and after else None,
        )

    def net(self, turned: Turned) -> Net:
        before, after = turned.before, turned.after
        subject = self.around.subject(turned.table, after, self.later.position)
        return Net(subject, difference(told(before), told(after)), direction(before, after))

    def _reported(self, fact: Mapping[str, Any], row: Row) -> Fields:
        """Whose check-in it is and of which day; how many days lie between that day and its recording, between this and the
        fact, and between the cycle's end and the fact.
        """
        key_result = self.around.known(row["key_result_id"], fact["position"])
        cycle = self.around.known(key_result["cycle_id"], fact["position"])
        recorded_on, told_on = self.later.day_of(row["recorded_at"]), self.later.day(_when(fact))
        return {
            "author": row["author"],
            "recorded_at": rfc3339(instant(row["recorded_at"])),
            "measured_on": row["measured_on"],
            "days_back": (recorded_on - date.fromisoformat(row["measured_on"])).days,
            "days_later": (told_on - recorded_on).days,
            "days_after_cycle": max((told_on - date.fromisoformat(cycle["ends_on"])).days, 0),
            "after_seal": cycle["closed_at"] is not None and fact["position"] > cycle["closed_at"],
        }


def _when(fact: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(fact["recorded_at"])


def direction(before: Row | None, after: Row | None) -> str | None:
    """Whether a revised target is `easier` or `harder`, or something `other`; null where no target was revised."""
    if not before or not after or "metric" not in before or before["metric"] == after["metric"]:
        return None
    was, became = orjson.loads(before["metric"]), orjson.loads(after["metric"])
    return None if was.get("baseline") != became.get("baseline") else target_direction.direction(was, became)


def _unknown(fact: Mapping[str, Any]) -> Subject:
    """The subject of a fact that is kept in no table of its own."""
    aggregate = fact["type"].partition(".")[0]
    return Subject(aggregate.lower(), fact["subject_id"], aggregate)
