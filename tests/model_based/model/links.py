"""Links of five kinds: who may serve what, how dependencies are answered, and what never closes a circle."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tests.model_based import number_model
from tests.model_based.model.model_state import LEVELS, Kept, No, need, says_new

PARENTS = {
    "vertical": ["objectives"],
    "explicit": ["key_results"],
    "horizontal": ["objectives"],
    "strategic": ["priorities"],
    "directional": ["objectives", "key_results"],
}
CONTRIBUTING = {"vertical", "explicit"}
OVER = {"ended", "declined"}


class Links(Kept):
    def link(self, id: Any, *, child: Any, parent: Any, kind: str, weight: Decimal | None, capacity: Decimal | None) -> None:
        need(weight is None or kind in CONTRIBUTING, capacity is None or kind == "horizontal")
        self._check_ends(child, parent, kind)
        weight = Decimal(1) if weight is None and kind in CONTRIBUTING else weight
        self.world["links"][id] = {"child": child, "parent": parent, "kind": kind, "weight": weight, "capacity": capacity}
        self.world["links"][id] |= {"state": "proposed" if kind == "horizontal" else "active", "agreed": None}
        self._fact(id)

    def may_link(self, child: Any, parent: Any, kind: str) -> bool:
        try:
            self._check_ends(child, parent, kind)
        except No:
            return False
        return True

    def _check_ends(self, child: Any, parent: Any, kind: str) -> None:
        """Both live, not linked like this already, and fit for each other."""
        need(any(parent in self.world[pool] for pool in PARENTS[kind]), self._stands(child), self._stands(parent))
        live = [a for a in self.world["links"].values() if a["state"] not in OVER]
        need(not any((a["child"], a["parent"], a["kind"]) == (child, parent, kind) for a in live))
        if kind != "strategic":
            self._check_goals(child, number_model.goal(self.world, parent), kind)

    def _check_goals(self, child: Any, goal: Any, kind: str) -> None:
        """Not the same; in cycles that share a day; across units if one depends on the other, upwards if vertical; and no
        circle of contribution.
        """
        one, other = (self.world["objectives"][id] for id in (child, goal))
        first, second = (self.world["cycles"][found["cycle"]] for found in (one, other))
        need(child != goal, first["starts"] <= second["ends"], second["starts"] <= first["ends"])
        need(kind != "horizontal" or one["unit"] != other["unit"])
        lower, upper = (LEVELS.index(self.world["units"][found["unit"]]["level"]) for found in (one, other))
        need(kind != "vertical" or upper < lower or other["unit"] in self._lineage(one["unit"])[1:])
        need(kind not in CONTRIBUTING or child not in self._above(goal))

    def _stands(self, id: Any) -> bool:
        if id in self.world["key_results"]:
            return number_model.taking(self.world, id)
        kind = "priorities" if id in self.world["priorities"] else "objectives"
        return self.world[kind][id]["state"] not in {"cancelled", "closed", "retired"}

    def change_link(self, id: Any, *, weight: Decimal | None, capacity: Decimal | None, reasoned: bool) -> None:
        found = self.world["links"][id]
        need(weight is not None or capacity is not None, found["state"] not in OVER)
        need(weight is None or found["kind"] in CONTRIBUTING, capacity is None or found["kind"] == "horizontal")
        if weight not in (None, found["weight"]):
            need(reasoned or not self.settled(number_model.goal(self.world, found["parent"])))
        need(capacity in (None, found["capacity"]) or found["state"] == "proposed")
        new = says_new({"weight": weight, "capacity": capacity}, found)
        need(not new or (self._stands(found["child"]) and self._stands(found["parent"])))
        self._fill(id, found, {"weight": weight}, {"capacity": capacity})

    def confirm(self, id: Any, *, capacity: Decimal | None) -> None:
        found = self.world["links"][id]
        need(found["state"] == "proposed", self._stands(found["child"]), self._stands(found["parent"]))
        found |= {"state": "confirmed", "agreed": found["capacity"] if capacity is None else capacity}
        self._fact(id)

    def decline(self, id: Any) -> None:
        need(self.world["links"][id]["state"] == "proposed", self._unclosed(id))
        self.world["links"][id]["state"] = "declined"
        self._fact(id)

    def end_link(self, id: Any) -> None:
        need(self.world["links"][id]["state"] not in OVER, self._unclosed(id))
        self.world["links"][id]["state"] = "ended"
        self._fact(id)

    def _unclosed(self, id: Any) -> bool:
        """Neither end of the link was closed; a priority never is."""
        ends = (self.world["links"][id]["child"], number_model.goal(self.world, self.world["links"][id]["parent"]))
        return all(self.world["objectives"].get(end, {}).get("state") != "closed" for end in ends)

    def _counts(self, parent: Any) -> bool:
        if parent in self.world["key_results"]:
            return number_model.live(self.world, parent)
        return self.world["objectives"][parent]["state"] != "cancelled"

    def _above(self, objective: Any) -> set[Any]:
        """What the objective contributes to, itself included: an heir contributes to its key result's objective."""
        found = {objective}
        for goal in self._served(objective):
            found |= self._above(goal)
        return found

    def _served(self, objective: Any) -> Iterator[Any]:
        if self._stands(objective):
            for a in self.world["links"].values():
                counts = a["kind"] in CONTRIBUTING and a["state"] == "active" and self._counts(a["parent"])
                if a["child"] == objective and counts:
                    yield number_model.goal(self.world, a["parent"])
