"""Check-ins as an explanation tells them: which is in force, and why others do not count."""

from collections import defaultdict
from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import Connection, select

from okr_events.event_log.hash_chain import from_microseconds
from projections.evaluation.key_results import CycleRules
from projections.moment import Moment, rfc3339
from projections.store.tables import check_ins

MAX_UNCOUNTED = 50
"""How many check-ins that do not count are told, the newest first."""


class CheckInStatements:
    """A key result's check-ins as they stood at the moment, by the event that brought each into being."""

    def __init__(self, connection: Connection, moment: Moment, rules: CycleRules, key_result_id: str, *, upto: int) -> None:
        """Those recorded `upto` a position after the cycle was sealed are known, and count for nothing."""
        self.moment = moment
        self.last_day = rules.ends_on
        self._versions: dict[str, list[Any]] = defaultdict(list)
        mine = (check_ins.c.key_result_id == key_result_id) & (check_ins.c.from_position <= upto)
        for row in connection.execute(select(check_ins).where(mine).order_by(check_ins.c.from_position)):
            if row.from_position <= moment.position or row.created > moment.position:
                self._versions[row.id].append(row)

    def find_by_position(self, mark: str, position: int | None) -> dict[str, Any] | None:
        """The check-in of which the event at this position said value, confidence or status (`value_at` …)."""
        stands = (id for id, versions in self._versions.items() if getattr(versions[-1], mark) == position)
        id = next(stands, None) if position else None
        return self.serialize(id) if id else None

    def statement_positions(self, mark: str, check_in: dict[str, Any] | None) -> set[int]:
        """Where a check-in, and each correction of it, said that; the check-in itself is always among them."""
        if check_in is None:
            return set()
        return {check_in["position"], *(getattr(version, mark) for version in self._versions[check_in["id"]])}

    def find_by_recorded_at(self, recorded_at: int | None) -> dict[str, Any] | None:
        """The check-in recorded at this time."""
        stands = (id for id, versions in self._versions.items() if versions[-1].recorded_at == recorded_at)
        id = next(stands, None) if recorded_at else None
        return self.serialize(id) if id else None

    def serialize(self, id: str) -> dict[str, Any]:
        """Its last statement, its first author and time, and where it was corrected."""
        first, last = self._versions[id][0], self._versions[id][-1]
        return {
            "id": id,
            "position": first.created,
            "measured_on": last.measured_on,
            "author": first.author,
            "recorded_at": rfc3339(from_microseconds(first.recorded_at)),
            "late": self.moment.recorded_day(first.recorded_at) > self.last_day,
            "corrections": [version.from_position for version in self._versions[id][1:] if not version.retracted],
        }

    def serialize_uncounted(self, deciding: Collection[str], why: Callable[[Any], str]) -> dict[str, Any]:
        """Those with a value that are none of the deciding ones; `why` says why one that is in force does not decide."""
        found = [versions[-1] for id, versions in self._versions.items() if id not in deciding and _has_value(versions[-1])]
        found.sort(key=lambda row: row.created, reverse=True)
        items = [self._serialize_uncounted_row(row, why) for row in found[:MAX_UNCOUNTED]]
        return {"items": items, "left_out": max(len(found) - MAX_UNCOUNTED, 0)}

    def _serialize_uncounted_row(self, row: Any, why: Callable[[Any], str]) -> dict[str, Any]:
        because = why(row)
        if row.measured_on > self.moment.effective_on.isoformat():
            because = "measured_later"
        if row.retracted:
            because = "retracted"
        if row.created > self.moment.position:
            because = "after_seal"
        told = self.serialize(row.id)
        withdrawn = [row.from_position] if row.retracted else []
        positions = sorted({told["position"], *told["corrections"], *withdrawn})
        return {**told, "value": row.value, "because": because, "positions": positions}


def _has_value(row: Any) -> bool:
    return row.value is not None or row.milestones is not None
