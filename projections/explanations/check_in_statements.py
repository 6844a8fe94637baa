"""Serializes the check-ins of one key result for its explanation: those in force, and why others do not count."""

from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import date
from typing import Literal

from sqlalchemy import Connection, select

from okr_events.event_log.hash_chain import from_microseconds
from okr_events.json_types import JsonObject
from okr_events.row_types import fetch_rows
from projections.evaluation.key_results import CycleRules
from projections.explanations.formula import Input, build_input
from projections.moment import Moment, rfc3339
from projections.store.tables import CheckInRow, StandingRow, check_ins

MAX_UNCOUNTED = 50
"""The newest check-ins that do not count, up to this number, are serialized."""
PositionColumn = Literal["value_at", "confidence_at", "status_at"]


class CheckInStatements:
    """The versions of a key result's check-ins at a moment, by check-in."""

    def __init__(self, connection: Connection, moment: Moment, rules: CycleRules, key_result_id: str, *, upto: int) -> None:
        """Check-ins recorded between a sealed cycle's `moment` and the position `upto` are included but do not count."""
        self.moment = moment
        self.last_day = rules.ends_on
        self._versions: dict[str, list[CheckInRow]] = defaultdict(list)
        own = (check_ins.c.key_result_id == key_result_id) & (check_ins.c.from_position <= upto)
        query = select(check_ins).where(own).order_by(check_ins.c.from_position)
        for row in fetch_rows(connection, CheckInRow, query):
            if row.from_position <= moment.position or row.created > moment.position:
                self._versions[row.id].append(row)

    def find_by_position(self, column: PositionColumn, position: int | None) -> JsonObject | None:
        """The check-in of which the event at this position stated the value, confidence or status."""
        return self._find(lambda row: bool(position) and getattr(row, column) == position)

    def reported_days(self) -> list[date]:
        """The days of the check-ins that count at the moment, in the order of recording."""
        current = (versions[-1] for versions in self._versions.values())
        counted = (row for row in current if not row.retracted and row.created <= self.moment.position)
        return [self.moment.recorded_day(row.recorded_at) for row in sorted(counted, key=lambda row: row.created)]

    def find_by_recorded_at(self, recorded_at: int | None) -> JsonObject | None:
        return self._find(lambda row: bool(recorded_at) and row.recorded_at == recorded_at)

    def _find(self, matches: Callable[[CheckInRow], bool]) -> JsonObject | None:
        return next((self.serialize(id) for id, versions in self._versions.items() if matches(versions[-1])), None)

    def statement_positions(self, column: PositionColumn, check_in: JsonObject | None) -> set[int]:
        """The positions of a check-in and of the corrections that changed one of its numbers."""
        if check_in is None:
            return set()
        return {check_in["position"], *(getattr(version, column) for version in self._versions[check_in["id"]])}

    def serialize_in_force(self, standing: StandingRow, field: Literal["confidence", "status"]) -> Input:
        """The confidence or status in force, with its check-in."""
        column: PositionColumn = "confidence_at" if field == "confidence" else "status_at"
        measured_on = standing.confidence_on if field == "confidence" else standing.status_on
        check_in = self.find_by_position(column, getattr(standing, column))
        positions = self.statement_positions(column, check_in)
        return build_input(getattr(standing, field), positions, measured_on=measured_on, check_in=check_in)

    def serialize(self, id: str) -> JsonObject:
        """A check-in with its first author and time, its present day, and the positions of its corrections."""
        first, last = self._versions[id][0], self._versions[id][-1]
        return {
            "id": id,
            "position": first.created,
            "measured_on": last.measured_on,
            "author": first.author,
            "recorded_at": rfc3339(from_microseconds(first.recorded_at)),
            "after_end": self.moment.recorded_day(first.recorded_at) > self.last_day,
            "corrections": [version.from_position for version in self._versions[id][1:] if not version.retracted],
        }

    def serialize_uncounted(self, deciding_ids: Collection[str], why_excluded: Callable[[CheckInRow], str]) -> JsonObject:
        """The other check-ins with a value; `why_excluded` is called for those in force."""
        latest = (versions[-1] for id, versions in self._versions.items() if id not in deciding_ids)
        rows = sorted((row for row in latest if (row.value, row.milestones) != (None, None)), key=lambda row: -row.created)
        items = [self._serialize_uncounted_row(row, why_excluded) for row in rows[:MAX_UNCOUNTED]]
        return {"items": items, "left_out": max(len(rows) - MAX_UNCOUNTED, 0)}

    def _serialize_uncounted_row(self, row: CheckInRow, why_excluded: Callable[[CheckInRow], str]) -> JsonObject:
        if row.created > self.moment.position:
            because = "after_seal"
        elif row.retracted:
            because = "retracted"
        elif row.measured_on > self.moment.effective_on.isoformat():
            because = "measured_later"
        else:
            because = why_excluded(row)
        check_in = self.serialize(row.id)
        retracted_at = [row.from_position] if row.retracted else []
        positions = sorted({check_in["position"], *check_in["corrections"], *retracted_at})
        return {**check_in, "value": row.value, "because": because, "positions": positions}
