"""Builds changes from their facts, the row versions before and after them, and related rows."""

from datetime import date, datetime

import orjson

from okr_events.domain.metrics import target_direction
from okr_events.event_log.hash_chain import from_microseconds
from okr_events.json_types import JsonObject
from projections.changes.change import Change, NetChange
from projections.changes.row_diff import Fields, diff_fields, flatten_row
from projections.changes.row_pairs import RowPair
from projections.changes.subject import RelatedRows, RowKey, RowVersions, Subject
from projections.moment import Moment, rfc3339
from projections.store.tables import RowValues, check_ins


class ChangeBuilder:
    """`later` is the moment at the end of the window; its time zone decides on days."""

    def __init__(self, versions: RowVersions, related_rows: RelatedRows, later: Moment) -> None:
        self.versions = versions
        self.related_rows = related_rows
        self.later = later

    def build_change(self, fact: JsonObject, kind: str, key: RowKey | None) -> Change:
        if key is None:
            return Change(fact, kind, _untracked_subject(fact), diff_fields({}, fact["fields"]))
        (table, id), position = key, int(fact["position"])
        before, after = self.versions.before(table, id, position), self.versions.after(table, id, position)
        return Change(
            fact,
            kind,
            self.related_rows.build_subject(table, after or before or {}, position),
            diff_fields(flatten_row(before), flatten_row(after)),
            revision_direction(before, after),
            self._check_in_details(fact, after) if table is check_ins and after else None,
        )

    def build_net_change(self, pair: RowPair) -> NetChange:
        before, after = pair.before, pair.after
        subject = self.related_rows.build_subject(pair.table, after, self.later.position)
        return NetChange(subject, diff_fields(flatten_row(before), flatten_row(after)), revision_direction(before, after))

    def _check_in_details(self, fact: JsonObject, row: RowValues) -> Fields:
        """The author and day of a check-in, and its delays in days.

        `days_back` lie between its day and its recording, `days_later` between its recording and the fact,
        `days_after_cycle` between the end of its cycle and the fact.
        """
        key_result = self.related_rows.require_row(row["key_result_id"], fact["position"])
        cycle = self.related_rows.require_row(key_result["cycle_id"], fact["position"])
        recorded_on = self.later.recorded_day(row["recorded_at"])
        changed_on = self.later.local_day(datetime.fromisoformat(fact["recorded_at"]))
        return {
            "author": row["author"],
            "recorded_at": rfc3339(from_microseconds(row["recorded_at"])),
            "measured_on": row["measured_on"],
            "days_back": (recorded_on - date.fromisoformat(row["measured_on"])).days,
            "days_later": (changed_on - recorded_on).days,
            "days_after_cycle": max((changed_on - date.fromisoformat(cycle["ends_on"])).days, 0),
            "after_seal": cycle["closed_at"] is not None and fact["position"] > cycle["closed_at"],
        }


def revision_direction(before: RowValues | None, after: RowValues | None) -> str | None:
    """`easier`, `harder` or `other` for a revised target; null where no target was revised."""
    if not before or not after or "metric" not in before or before["metric"] == after["metric"]:
        return None
    old, new = orjson.loads(before["metric"]), orjson.loads(after["metric"])
    return None if old.get("baseline") != new.get("baseline") else target_direction.classify_revision(old, new)


def _untracked_subject(fact: JsonObject) -> Subject:
    """The subject of a fact without a row of its own, such as an erased person."""
    aggregate = fact["type"].partition(".")[0]
    return Subject(aggregate.lower(), fact["subject_id"], aggregate)
