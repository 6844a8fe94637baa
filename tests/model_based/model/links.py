"""Links of five kinds: who may serve what, how dependencies are answered, and what never closes a circle."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tests.model_based import number_model
from tests.model_based.model.model_state import LEVELS, ModelState, RuleBroken, has_new_value, require

PARENT_KINDS = {
    "vertical": ["objectives"],
    "explicit": ["key_results"],
    "horizontal": ["objectives"],
    "strategic": ["priorities"],
    "directional": ["objectives", "key_results"],
}
CONTRIBUTING = {"vertical", "explicit"}
ENDED_STATES = {"ended", "declined"}


class LinkModel(ModelState):
    def link(self, id: Any, *, child: Any, parent: Any, kind: str, weight: Decimal | None, capacity: Decimal | None) -> None:
        require(weight is None or kind in CONTRIBUTING, capacity is None or kind == "horizontal")
        self._check_ends(child, parent, kind)
        weight = Decimal(1) if weight is None and kind in CONTRIBUTING else weight
        self.world["links"][id] = {"child": child, "parent": parent, "kind": kind, "weight": weight, "capacity": capacity}
        self.world["links"][id] |= {"state": "proposed" if kind == "horizontal" else "active", "agreed": None}
        self._record_fact(id)

    def may_link(self, child: Any, parent: Any, kind: str) -> bool:
        try:
            self._check_ends(child, parent, kind)
        except RuleBroken:
            return False
        return True

    def _check_ends(self, child: Any, parent: Any, kind: str) -> None:
        """Both live, not linked like this already, and fit for each other."""
        require(any(parent in self.world[pool] for pool in PARENT_KINDS[kind]), self._is_live(child), self._is_live(parent))
        live = [a for a in self.world["links"].values() if a["state"] not in ENDED_STATES]
        require(not any((a["child"], a["parent"], a["kind"]) == (child, parent, kind) for a in live))
        if kind != "strategic":
            self._check_goals(child, number_model.objective_of_parent(self.world, parent), kind)

    def _check_goals(self, child: Any, goal: Any, kind: str) -> None:
        """Not the same; in cycles that share a day; across units if one depends on the other, upwards if vertical; and no
        circle of contribution.
        """
        one, other = (self.world["objectives"][id] for id in (child, goal))
        first, second = (self.world["cycles"][found["cycle"]] for found in (one, other))
        require(child != goal, first["starts"] <= second["ends"], second["starts"] <= first["ends"])
        require(kind != "horizontal" or one["unit"] != other["unit"])
        lower, upper = (LEVELS.index(self.world["units"][found["unit"]]["level"]) for found in (one, other))
        require(kind != "vertical" or upper < lower or other["unit"] in self._lineage(one["unit"])[1:])
        require(kind not in CONTRIBUTING or child not in self._contribution_targets(goal))

    def _is_live(self, id: Any) -> bool:
        if id in self.world["key_results"]:
            return number_model.accepts_changes(self.world, id)
        kind = "priorities" if id in self.world["priorities"] else "objectives"
        return self.world[kind][id]["state"] not in {"cancelled", "closed", "retired"}

    def change_link(self, id: Any, *, weight: Decimal | None, capacity: Decimal | None, reasoned: bool) -> None:
        found = self.world["links"][id]
        require(weight is not None or capacity is not None, found["state"] not in ENDED_STATES)
        require(weight is None or found["kind"] in CONTRIBUTING, capacity is None or found["kind"] == "horizontal")
        if weight not in (None, found["weight"]):
            require(reasoned or not self.needs_reason(number_model.objective_of_parent(self.world, found["parent"])))
        require(capacity in (None, found["capacity"]) or found["state"] == "proposed")
        new = has_new_value({"weight": weight, "capacity": capacity}, found)
        require(not new or (self._is_live(found["child"]) and self._is_live(found["parent"])))
        self._apply_changes(id, found, {"weight": weight}, {"capacity": capacity})

    def confirm(self, id: Any, *, capacity: Decimal | None) -> None:
        found = self.world["links"][id]
        require(found["state"] == "proposed", self._is_live(found["child"]), self._is_live(found["parent"]))
        found |= {"state": "confirmed", "agreed": found["capacity"] if capacity is None else capacity}
        self._record_fact(id)

    def decline(self, id: Any) -> None:
        require(self.world["links"][id]["state"] == "proposed", self._has_open_ends(id))
        self.world["links"][id]["state"] = "declined"
        self._record_fact(id)

    def end_link(self, id: Any) -> None:
        require(self.world["links"][id]["state"] not in ENDED_STATES, self._has_open_ends(id))
        self.world["links"][id]["state"] = "ended"
        self._record_fact(id)

    def _has_open_ends(self, id: Any) -> bool:
        """Neither end of the link was closed; a priority never is."""
        ends = (
            self.world["links"][id]["child"],
            number_model.objective_of_parent(self.world, self.world["links"][id]["parent"]),
        )
        return all(self.world["objectives"].get(end, {}).get("state") != "closed" for end in ends)

    def _is_live_parent(self, parent: Any) -> bool:
        if parent in self.world["key_results"]:
            return number_model.is_live(self.world, parent)
        return self.world["objectives"][parent]["state"] != "cancelled"

    def _contribution_targets(self, objective: Any) -> set[Any]:
        """What the objective contributes to, itself included: an heir contributes to its key result's objective."""
        found = {objective}
        for goal in self._parent_objectives(objective):
            found |= self._contribution_targets(goal)
        return found

    def _parent_objectives(self, objective: Any) -> Iterator[Any]:
        if self._is_live(objective):
            for a in self.world["links"].values():
                counts = a["kind"] in CONTRIBUTING and a["state"] == "active" and self._is_live_parent(a["parent"])
                if a["child"] == objective and counts:
                    yield number_model.objective_of_parent(self.world, a["parent"])
