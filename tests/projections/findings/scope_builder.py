"""Builds a finding scope without a database. The cycle is the first quarter of 2024, the day its middle."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from okr_events.domain.health import Health
from okr_events.domain.policy import DEFAULT_POLICY, merge
from okr_events.domain.progress import Progress
from okr_events.event_log.hash_chain import to_microseconds
from projections.evaluation.key_results import CycleRules, EvaluatedKeyResult
from projections.evaluation.objectives import EvaluatedObjective
from projections.findings.finding_scope import FindingScope, LinkedRows, Revision
from projections.moment import Moment
from projections.store.standings import STATED_COLUMNS
from projections.store.tables import StandingRow, row_from_values

NOW = datetime(2024, 2, 15, 12, tzinfo=UTC)
MOMENT = Moment(1, NOW, NOW.date(), final=True, as_of=None, zone=ZoneInfo("Europe/Berlin"))
ZERO_TO_TEN = {"kind": "increase", "baseline": "0", "target": "10", "measure": None}
PARENT_TYPES = {"explicit": "key_result", "strategic": "priority"}


def health(effective: str = "on_track", *, reported: str | None = None, computed: str = "on_track") -> Health:
    return Health(reported, computed, effective, mismatch=False)


def progress(value: Any) -> Progress | None:
    return None if value is None else Progress(Decimal(value), Decimal(value))


ON_TRACK = health()


class ScopeBuilder:
    """Every call adds a row, created at a position of its own; ids are names."""

    def __init__(self, **policy: Any) -> None:
        self.position = 0
        self.rows: dict[str, Any] = {}
        self.units: dict[str, Any] = {}
        self.rules_by_cycle: dict[str, CycleRules] = {}
        self.objectives: dict[str, EvaluatedObjective] = {}
        self.links: list[Any] = []
        self.revisions: list[Revision] = []
        self.cycle("Q1", **policy)
        self.unit("Tech", "company")
        self.unit("Products", "department", "Tech")
        self.unit("Builders", "team", "Products")
        self.unit("Sellers", "team", "Products")

    def _create_row(self, id: str, **columns: Any) -> Any:
        self.position += 1
        usual = {"id": id, "created": self.position, "from_position": self.position, "version": 1}
        return SimpleNamespace(**usual | columns)

    def cycle(self, name: str, starts_on: str = "2024-01-01", ends_on: str = "2024-03-31", *, state="active", **policy: Any):
        days = {"starts_on": starts_on, "ends_on": ends_on}
        closing = {"closed": to_microseconds(NOW), "closed_at": self.position} if state == "closed" else {}
        row = self._create_row(
            name, name=name, state=state, policy=orjson.dumps(merge(DEFAULT_POLICY, policy)).decode(), **days, **closing
        )
        self.rules_by_cycle[name] = CycleRules(row, MOMENT)

    def unit(self, name: str, level: str = "team", parent: str | None = None) -> None:
        self.units[name] = self._create_row(name, name=name, level=level, parent_id=parent, moved_at=self.position + 1)

    def objective(
        self, name: str, unit: str = "Builders", *, cycle="Q1", at=None, well="on_track", **columns: Any
    ) -> EvaluatedObjective:
        usual = {"title": name, "owner": "Ada", "urgent": 0, "important": 0, "commitment": "aspirational", "state": "agreed"}
        usual["prioritised_at"] = self.position + 1
        row = self._create_row(name, unit_id=unit, cycle_id=cycle, **usual | {"progress_driver": "key_results"} | columns)
        self.rows[name] = row
        self.objectives[name] = EvaluatedObjective(row, progress=progress(at), health=health(well))
        return self.objectives[name]

    def key_result(self, name: str, of: str, *, at=None, health=ON_TRACK, standing=None, metric=None, **columns: Any) -> Any:
        objective = self.objectives[of]
        usual = {"title": name, "owner": "Ada", "due_on": "2024-03-31", "state": "open", "score": None, "weight": "1"}
        usual |= {"metric_at": self.position + 1, "scored_at": self.position + 1 if "score" in columns else None}
        place = {"objective_id": of, "cycle_id": objective.row.cycle_id, "metric": orjson.dumps(metric or ZERO_TO_TEN).decode()}
        row = self._create_row(name, **place | usual | columns)
        self.rows[name] = row
        rules = {"due_days": self.rules_by_cycle[objective.row.cycle_id].due_days(), "unit_id": objective.row.unit_id}
        stated = row_from_values(StandingRow, dict.fromkeys(STATED_COLUMNS) | (standing or {}))
        part = EvaluatedKeyResult(row, live=True, weight=Decimal(1), standing=stated, **rules)
        objective.key_results.append(replace(part, progress=progress(at), health=health))
        return row

    def priority(self, name: str, *, state: str = "active") -> None:
        self.rows[name] = self._create_row(name, title=name, state=state)

    def link(self, child: str, parent: str, kind: str = "vertical", *, state: str = "active", weight: Any = 1, **columns: Any):
        usual = {"child_id": child, "parent_id": parent, "parent_type": PARENT_TYPES.get(kind, "objective"), "kind": kind}
        link = self._create_row(f"{child}>{parent}", state=state, weight=str(weight), **usual | columns)
        self.links.append(link)
        if kind == "vertical":
            self.objectives[parent].children.append((link, self.objectives[child]))
        return link

    def revise(self, key_result: str, before: dict[str, Any], after: dict[str, Any], now: datetime = NOW) -> int:
        self.position += 1
        self.revisions.append(
            Revision(key_result, self.position, to_microseconds(now), ZERO_TO_TEN | before, ZERO_TO_TEN | after)
        )
        return self.position

    def build(self, cycle: str | None = None) -> FindingScope:
        """The uncancelled objectives of one cycle or of all, with their links and revisions."""
        objectives = {id: each for id, each in self.objectives.items() if each.live and cycle in {None, each.row.cycle_id}}
        linked = LinkedRows(self.rows, self.rows, self.rows)
        return FindingScope(MOMENT, self.rules_by_cycle, self.units, objectives, linked, self.links, self.revisions)
