"""Telling: a change put together from its fact, the rows before and after it, and what stands around."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import orjson

from okr_events.domain.metrics import target_direction
from okr_events.event_log.hash_chain import from_microseconds
from projections.changes.change import Change, NetChange
from projections.changes.net_difference import RowPair
from projections.changes.row_diff import Fields, diff_fields, flatten_row
from projections.changes.subject import Key, RelatedRows, Row, RowVersions, Subject
from projections.moment import Moment, rfc3339
from projections.store.tables import check_ins


class ChangeBuilder:
    """`later` is the moment up to which changes are asked; it says in which zone days are counted."""

    def __init__(self, versions: RowVersions, around: RelatedRows, later: Moment) -> None:
        self.versions = versions
        self.related_rows = around
        self.later = later

    def build_change(self, fact: Mapping[str, Any], kind: str, key: Key | None) -> Change:
        if key is None:
            return Change(fact, kind, _untracked_subject(fact), diff_fields({}, fact["fields"]))
        place = (*key, int(fact["position"]))
        before, after = self.versions.before(*place), self.versions.after(*place)
        return Change(
            fact,
            kind,
            self.related_rows.build_subject(key[0], after or before or {}, place[2]),
            diff_fields(flatten_row(before), flatten_row(after)),
            revision_direction(before, after),
            self._check_in_details(fact, after) if key[0] is check_ins and after else None,
        )

    def build_net_change(self, turned: RowPair) -> NetChange:
        before, after = turned.before, turned.after
        subject = self.related_rows.build_subject(turned.table, after, self.later.position)
        return NetChange(subject, diff_fields(flatten_row(before), flatten_row(after)), revision_direction(before, after))

    def _check_in_details(self, fact: Mapping[str, Any], row: Row) -> Fields:
        """Whose check-in it is and of which day; how many days lie between that day and its recording, between this and the
        fact, and between the cycle's end and the fact.
        """
        key_result = self.related_rows.require_row(row["key_result_id"], fact["position"])
        cycle = self.related_rows.require_row(key_result["cycle_id"], fact["position"])
        recorded_on, told_on = self.later.recorded_day(row["recorded_at"]), self.later.local_day(_recorded_at(fact))
        return {
            "author": row["author"],
            "recorded_at": rfc3339(from_microseconds(row["recorded_at"])),
            "measured_on": row["measured_on"],
            "days_back": (recorded_on - date.fromisoformat(row["measured_on"])).days,
            "days_later": (told_on - recorded_on).days,
            "days_after_cycle": max((told_on - date.fromisoformat(cycle["ends_on"])).days, 0),
            "after_seal": cycle["closed_at"] is not None and fact["position"] > cycle["closed_at"],
        }


def _recorded_at(fact: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(fact["recorded_at"])


def revision_direction(before: Row | None, after: Row | None) -> str | None:
    """Whether a revised target is `easier` or `harder`, or something `other`; null where no target was revised."""
    if not before or not after or "metric" not in before or before["metric"] == after["metric"]:
        return None
    was, became = orjson.loads(before["metric"]), orjson.loads(after["metric"])
    return None if was.get("baseline") != became.get("baseline") else target_direction.classify_revision(was, became)


def _untracked_subject(fact: Mapping[str, Any]) -> Subject:
    """The subject of a fact that is kept in no table of its own."""
    aggregate = fact["type"].partition(".")[0]
    return Subject(aggregate.lower(), fact["subject_id"], aggregate)
