"""Units, cycles and priorities: where and when OKRs are set."""

from datetime import date
from decimal import Decimal
from typing import Any

from tests.model_based.model.model_state import LEVELS, Kept, need

POLICY = {"every": "weekly", "weekday": "friday", "grace": 3, "on_track": Decimal("0.7"), "at_risk": Decimal("0.5")}
UNLIMITED = {"most_objectives": None, "most_key_results": None}


class Places(Kept):
    def create_unit(self, id: Any, *, name: str, level: str, parent: Any) -> None:
        need(self._fits(level, parent), self._free(name, parent), level != "company" or not self.world["units"])
        self.world["units"][id] = {"name": name, "level": level, "parent": parent, "vision": None}
        self._fact(id)

    def change_unit(self, id: Any, *, name: str | None, vision: str | None) -> None:
        unit = self.world["units"][id]
        need(name or vision, not vision or unit["level"] == "company")
        need(not name or self._free(name, unit["parent"], but=id))
        self._fill(id, unit, {"name": name}, {"vision": vision})

    def move_unit(self, id: Any, *, parent: Any) -> None:
        unit = self.world["units"][id]
        need(unit["level"] != "company", self._fits(unit["level"], parent), id not in self._lineage(parent))
        need(self._free(unit["name"], parent, but=id))
        unit["parent"] = parent
        self._fact(id)

    def _fits(self, level: str, parent: Any) -> bool:
        if level == "company" or parent is None:
            return level == "company" and parent is None
        above = self.world["units"][parent]["level"]
        return above != "individual" and LEVELS.index(above) <= LEVELS.index(level)

    def _free(self, name: str, parent: Any, but: Any = None) -> bool:
        beside = (u for id, u in self.world["units"].items() if u["parent"] == parent and id != but)
        return all(unit["name"].casefold() != name.casefold() for unit in beside)

    # Cycles

    def create_cycle(self, id: Any, *, name: str, starts: date, ends: date, policy: dict[str, Any]) -> None:
        policy = POLICY | UNLIMITED | policy
        need(starts <= ends, policy["at_risk"] <= policy["on_track"])
        need(all(cycle["name"].casefold() != name.casefold() for cycle in self.world["cycles"].values()))
        self.world["cycles"][id] = {"name": name, "starts": starts, "ends": ends, "policy": policy, "state": "draft"}
        self._fact(id)

    def activate_cycle(self, id: Any) -> None:
        need(self.world["cycles"][id]["state"] == "draft")
        self.world["cycles"][id]["state"] = "active"
        self._fact(id)

    def change_policy(self, id: Any, *, policy: dict[str, Any], reasoned: bool) -> None:
        cycle = self.world["cycles"][id]
        whole = cycle["policy"] | policy
        need(reasoned or cycle["state"] == "draft", whole["at_risk"] <= whole["on_track"])
        if whole != cycle["policy"]:
            cycle["policy"] = whole
            self._fact(id)

    # Priorities

    def set_priority(self, id: Any, *, horizon: tuple[date, date], **said: Any) -> None:
        need(horizon[0] <= horizon[1], self._known(said["owner"]))
        self.world["priorities"][id] = said | {"horizon": horizon, "state": "active", "description": None}
        self._fact(id)

    def revise_priority(self, id: Any, *, reasoned: bool, **said: Any) -> None:
        priority, horizon = self.world["priorities"][id], said["horizon"]
        need(any(value is not None for value in said.values()), not horizon or horizon[0] <= horizon[1])
        need(self._known(said["owner"]), reasoned or said["owner"] in (None, priority["owner"]))
        need(priority["state"] == "active")
        self._fill(id, priority, *({name: said[name]} for name in ("title", "description", "perspective", "horizon", "owner")))

    def retire_priority(self, id: Any) -> None:
        need(self.world["priorities"][id]["state"] == "active")
        self.world["priorities"][id]["state"] = "retired"
        self._fact(id)
