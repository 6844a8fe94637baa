"""Units, cycles and priorities: where and when OKRs are set."""

from datetime import date
from decimal import Decimal
from typing import Any

from tests.model_based.model.model_state import LEVELS, ModelState, require

POLICY = {"every": "weekly", "weekday": "friday", "grace": 3, "on_track": Decimal("0.7"), "at_risk": Decimal("0.5")}
UNLIMITED = {"most_objectives": None, "most_key_results": None}


class StructureModel(ModelState):
    def create_unit(self, id: Any, *, name: str, level: str, parent: Any) -> None:
        require(
            self._fits_level(level, parent), self._is_free_name(name, parent), level != "company" or not self.world["units"]
        )
        self.world["units"][id] = {"name": name, "level": level, "parent": parent, "vision": None}
        self._record_fact(id)

    def change_unit(self, id: Any, *, name: str | None, vision: str | None) -> None:
        unit = self.world["units"][id]
        require(name or vision, not vision or unit["level"] == "company")
        require(not name or self._is_free_name(name, unit["parent"], but=id))
        self._apply_changes(id, unit, {"name": name}, {"vision": vision})

    def move_unit(self, id: Any, *, parent: Any) -> None:
        unit = self.world["units"][id]
        require(unit["level"] != "company", self._fits_level(unit["level"], parent), id not in self._lineage(parent))
        require(self._is_free_name(unit["name"], parent, but=id))
        unit["parent"] = parent
        self._record_fact(id)

    def _fits_level(self, level: str, parent: Any) -> bool:
        if level == "company" or parent is None:
            return level == "company" and parent is None
        above = self.world["units"][parent]["level"]
        return above != "individual" and LEVELS.index(above) <= LEVELS.index(level)

    def _is_free_name(self, name: str, parent: Any, but: Any = None) -> bool:
        beside = (u for id, u in self.world["units"].items() if u["parent"] == parent and id != but)
        return all(unit["name"].casefold() != name.casefold() for unit in beside)

    # Cycles

    def create_cycle(self, id: Any, *, name: str, starts: date, ends: date, policy: dict[str, Any]) -> None:
        policy = POLICY | UNLIMITED | policy
        require(starts <= ends, policy["at_risk"] <= policy["on_track"])
        require(all(cycle["name"].casefold() != name.casefold() for cycle in self.world["cycles"].values()))
        self.world["cycles"][id] = {"name": name, "starts": starts, "ends": ends, "policy": policy, "state": "draft"}
        self._record_fact(id)

    def activate_cycle(self, id: Any) -> None:
        require(self.world["cycles"][id]["state"] == "draft")
        self.world["cycles"][id]["state"] = "active"
        self._record_fact(id)

    def change_policy(self, id: Any, *, policy: dict[str, Any], reasoned: bool) -> None:
        cycle = self.world["cycles"][id]
        whole = cycle["policy"] | policy
        require(reasoned or cycle["state"] == "draft", whole["at_risk"] <= whole["on_track"])
        if whole != cycle["policy"]:
            cycle["policy"] = whole
            self._record_fact(id)

    # Priorities

    def set_priority(self, id: Any, *, horizon: tuple[date, date], **said: Any) -> None:
        require(horizon[0] <= horizon[1], self._is_known_owner(said["owner"]))
        self.world["priorities"][id] = said | {"horizon": horizon, "state": "active", "description": None}
        self._record_fact(id)

    def revise_priority(self, id: Any, *, reasoned: bool, **said: Any) -> None:
        priority, horizon = self.world["priorities"][id], said["horizon"]
        require(any(value is not None for value in said.values()), not horizon or horizon[0] <= horizon[1])
        require(self._is_known_owner(said["owner"]), reasoned or said["owner"] in (None, priority["owner"]))
        require(priority["state"] == "active")
        self._apply_changes(
            id, priority, *({name: said[name]} for name in ("title", "description", "perspective", "horizon", "owner"))
        )

    def retire_priority(self, id: Any) -> None:
        require(self.world["priorities"][id]["state"] == "active")
        self.world["priorities"][id]["state"] = "retired"
        self._record_fact(id)
