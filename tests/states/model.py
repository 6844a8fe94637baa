"""OKRs as plain dictionaries: every command's rules and effects, written without a look at the backend's own code.

Each command either raises `No` and changes nothing, or changes the world fact by fact; `past` keeps the world after each fact.
"""

import pickle
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.states import numbers
from tests.states.numbers import World

LEVELS = ["company", "department", "team", "individual"]
POLICY = {"every": "weekly", "weekday": "friday", "grace": 3, "on_track": Decimal("0.7"), "at_risk": Decimal("0.5")}
DAY = timedelta(days=1)


class No(Exception):
    """The rules refuse this."""


def need(*rules: Any) -> None:
    if not all(rules):
        raise No


class Model:
    def __init__(self, today: date, people: Iterable[Any]) -> None:
        self.today = today
        self.people = set(people)
        self.world: World = {name: {} for name in ("units", "cycles", "objectives", "key_results", "links", "check_ins")}
        self.versions = Counter[Any]()
        self.past: list[bytes] = []
        self._keep()

    def at(self, position: int) -> tuple[World, Counter[Any], date]:
        """The world after so many facts, its versions and the day of the last of them."""
        kept: tuple[World, Counter[Any], date] = pickle.loads(self.past[position])  # noqa: S301 - our own
        return kept

    def _fact(self, id: Any) -> None:
        self.versions[id] += 1
        self._keep()

    def _keep(self) -> None:
        self.past.append(pickle.dumps((self.world, self.versions, self.today)))

    def _known(self, owner: Any) -> bool:
        return owner is None or owner in self.people or owner in self.world["units"]

    # Units

    def create_unit(self, id: Any, *, name: str, level: str, parent: Any) -> None:
        need(self._fits(level, parent), self._free(name, parent), level != "company" or not self.world["units"])
        self.world["units"][id] = {"name": name, "level": level, "parent": parent, "vision": None}
        self._fact(id)

    def change_unit(self, id: Any, *, name: str | None, vision: str | None) -> None:
        unit = self.world["units"][id]
        need(name or vision, not vision or unit["level"] == "company")
        need(not name or self._free(name, unit["parent"], but=id))
        if name and name != unit["name"]:
            unit["name"] = name
            self._fact(id)
        if vision and vision != unit["vision"]:
            unit["vision"] = vision
            self._fact(id)

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

    def _lineage(self, id: Any) -> list[Any]:
        parent = self.world["units"][id]["parent"]
        return [id, *(self._lineage(parent) if parent else ())]

    # Cycles

    def create_cycle(self, id: Any, *, name: str, starts: date, ends: date, policy: dict[str, Any]) -> None:
        policy = POLICY | policy
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

    # Objectives

    def create_objective(self, id: Any, *, cycle: Any, unit: Any, title: str, owner: Any, driver: str) -> None:
        need(self._known(owner))
        said = {"title": title, "description": None, "owner": owner, "driver": driver, "commitment": "aspirational"}
        place = {"cycle": cycle, "unit": unit, "state": "agreed"}
        self.world["objectives"][id] = place | said | {"urgent": False, "important": False}
        self._fact(id)

    def change_objective(self, id: Any, **said: Any) -> None:
        objective = self.world["objectives"][id]
        said = {name: value for name, value in said.items() if value is not None}
        need(said, objective["state"] == "agreed")
        for names in (["title"], ["description"], ["commitment"], ["urgent", "important"], ["driver"]):
            changes = {name: said[name] for name in names if name in said}
            if changes.items() - objective.items():
                objective |= changes
                self._fact(id)

    def reassign_objective(self, id: Any, *, owner: Any) -> None:
        objective = self.world["objectives"][id]
        need(self._known(owner), objective["state"] == "agreed")
        if owner != objective["owner"]:
            objective["owner"] = owner
            self._fact(id)

    def cancel_objective(self, id: Any) -> None:
        need(self.world["objectives"][id]["state"] == "agreed")
        self.world["objectives"][id]["state"] = "cancelled"
        self._fact(id)

    def set_weights(self, id: Any, *, key_results: dict[Any, Decimal], links: dict[Any, Decimal]) -> None:
        world = self.world
        need(world["objectives"][id]["state"] == "agreed")
        for k in key_results:
            need(world["key_results"][k]["objective"] == id, world["key_results"][k]["state"] == "open")
        for a in links:
            need(world["links"][a]["parent"] == id, world["links"][a]["state"] == "active")
        for part, weight in (key_results | links).items():
            self._weigh(world["key_results" if part in key_results else "links"][part], part, weight)

    def _weigh(self, thing: dict[str, Any], id: Any, weight: Decimal) -> None:
        if weight != thing["weight"]:
            thing["weight"] = weight
            self._fact(id)

    # Key results

    def define(self, id: Any, *, objective: Any, metric: dict[str, Any], weight: Decimal, due: date | None, owner: Any) -> None:
        goal = self.world["objectives"][objective]
        cycle = self.world["cycles"][goal["cycle"]]
        metric = _defined(metric)
        need(goal["state"] == "agreed", self._known(owner), cycle["starts"] <= (due or cycle["ends"]) <= cycle["ends"])
        said = {"metric": metric, "weight": weight, "due": due or cycle["ends"], "owner": owner, "title": "KR", "score": None}
        place = {"objective": objective, "state": "open", "defined": self.today, "lender": None}
        self.world["key_results"][id] = place | said
        self._fact(id)

    def change_key_result(
        self, id: Any, *, title: str | None, weight: Decimal | None, due: date | None, reasoned: bool
    ) -> None:
        found, cycle = self._open(id), numbers.cycle_of(self.world, id)
        need(title or due or weight is not None, reasoned or weight in (None, found["weight"]))
        need(not due or cycle["starts"] <= due <= cycle["ends"])
        said = {name: value for name, value in (("title", title), ("due", due), ("weight", weight)) if value is not None}
        changes = {name: value for name, value in said.items() if value != found[name]}
        need(not changes or numbers.live(self.world, id))
        for name, value in changes.items():
            found[name] = value
            self._fact(id)

    def revise(self, id: Any, **said: Decimal) -> None:
        found = self._open(id)
        metric = _revised(found["metric"], said)
        if metric != found["metric"]:
            need(numbers.live(self.world, id))
            found["metric"] = metric
            self._fact(id)

    def reassign_key_result(self, id: Any, *, owner: Any) -> None:
        found = self._open(id)
        need(self._known(owner))
        if owner != found["owner"]:
            need(numbers.live(self.world, id))
            found["owner"] = owner
            self._fact(id)

    def cancel_key_result(self, id: Any) -> None:
        need(numbers.live(self.world, id))
        self._open(id)["state"] = "cancelled"
        self._fact(id)

    def score(self, id: Any, *, score: Decimal | None, suggested: Decimal | None, reasoned: bool) -> None:
        found, final = self._open(id), suggested if score is None else score
        need(final is not None, numbers.live(self.world, id))
        need(reasoned or (score in (None, suggested) and found["score"] is None))
        found["score"] = final
        self._fact(id)

    def _open(self, id: Any) -> dict[str, Any]:
        need(self.world["key_results"][id]["state"] == "open")
        return self.world["key_results"][id]

    # Check-ins

    def check_in(self, id: Any, *, key_result: Any, day: date | None, **said: Any) -> None:
        found, ends = self._open(key_result), numbers.cycle_of(self.world, key_result)["ends"]
        day = day or min(self.today, ends)
        need(any(value is not None for value in said.values()), day <= self.today, day <= ends)
        need(numbers.live(self.world, key_result), _takes(found["metric"], said["value"], said["milestones"]))
        place = {"key_result": key_result, "order": len(self.past), "recorded": self.today, "retracted": False}
        self.world["check_ins"][id] = place | {"day": day} | said
        self.versions[id] += 1
        self._fact(key_result)
        if said["value"] is not None and _wanting(found["metric"]):
            self._lend(key_result, id)

    def correct(self, id: Any, *, day: date | None, **said: Any) -> None:
        stated = self.world["check_ins"][id]
        key_result = stated["key_result"]
        found, ends = self._open(key_result), numbers.cycle_of(self.world, key_result)["ends"]
        metric = _without_baseline(found["metric"]) if found["lender"] == id else found["metric"]
        need(day or any(value is not None for value in said.values()), not stated["retracted"])
        need(not day or day <= min(self.today, ends), numbers.live(self.world, key_result))
        need(_takes(metric, said["value"], said["milestones"]))
        stated |= {name: value for name, value in {"day": day, **said}.items() if value is not None}
        self.versions[id] += 1
        self._fact(key_result)
        if said["value"] is not None:
            self._lend_anew(key_result, id)

    def retract(self, id: Any) -> None:
        stated = self.world["check_ins"][id]
        self._open(stated["key_result"])
        need(not stated["retracted"], numbers.live(self.world, stated["key_result"]))
        stated["retracted"] = True
        self.versions[id] += 1
        self._fact(stated["key_result"])
        self._lend_anew(stated["key_result"], id)

    def _lend_anew(self, key_result: Any, changed: Any) -> None:
        """A relative target starts from the first check-in that states a value: that may be another one now."""
        found = self.world["key_results"][key_result]
        if found["lender"] != changed and not _wanting(found["metric"]):
            return
        said = [(c["order"], id) for id, c in self.world["check_ins"].items() if c["key_result"] == key_result]
        stating = [id for _, id in sorted(said) if _can_lend(self.world["check_ins"][id], found["metric"])]
        if stating or found["lender"]:
            self._lend(key_result, stating[0] if stating else None)

    def _lend(self, key_result: Any, lender: Any) -> None:
        found = self.world["key_results"][key_result]
        baseline = self.world["check_ins"][lender]["value"] if lender else None
        found["lender"], found["metric"] = lender, _from(found["metric"], baseline)
        self._fact(key_result)

    # Links

    def link(self, id: Any, *, child: Any, parent: Any, weight: Decimal) -> None:
        goals, cycles, units = self.world["objectives"], self.world["cycles"], self.world["units"]
        one, other = goals[child], goals[parent]
        need(child != parent, one["state"] == other["state"] == "agreed")
        first, second = cycles[one["cycle"]], cycles[other["cycle"]]
        need(first["starts"] <= second["ends"], second["starts"] <= first["ends"])
        lower, upper = (LEVELS.index(units[goal["unit"]]["level"]) for goal in (one, other))
        need(upper < lower or other["unit"] in self._lineage(one["unit"])[1:])
        need(child not in self._above(parent))
        need(not any((a["child"], a["parent"]) == (child, parent) for a in self._active()))
        self.world["links"][id] = {"child": child, "parent": parent, "weight": weight, "state": "active"}
        self._fact(id)

    def reweight(self, id: Any, *, weight: Decimal, reasoned: bool) -> None:
        found = self.world["links"][id]
        need(found["state"] == "active", reasoned or weight == found["weight"])
        self._weigh(found, id, weight)

    def end_link(self, id: Any) -> None:
        need(self.world["links"][id]["state"] == "active")
        self.world["links"][id]["state"] = "ended"
        self._fact(id)

    def _active(self) -> list[dict[str, Any]]:
        return [a for a in self.world["links"].values() if a["state"] == "active"]

    def _above(self, objective: Any) -> set[Any]:
        """What the objective contributes to, itself included."""
        goals, found = self.world["objectives"], {objective}
        for a in self._active():
            if a["child"] == objective and goals[a["parent"]]["state"] == goals[a["child"]]["state"] == "agreed":
                found |= self._above(a["parent"])
        return found


def _defined(metric: dict[str, Any]) -> dict[str, Any]:
    match metric["kind"]:
        case "increase" | "decrease":
            b, r, up = metric["baseline"], metric["relative"], metric["kind"] == "increase"
            need((metric["target"] is None) != (r is None), b is not None or r is not None)
            need(r is None or (r > 0 if up else r < 0), r is None or b != 0)
            metric = _from(metric, b)
            need(b is None or (metric["target"] > b if up else metric["target"] < b))
        case "between":
            need(metric["low"] <= metric["high"])
        case "milestones":
            need(sum(metric["steps"].values()))
    return metric


def _revised(metric: dict[str, Any], said: dict[str, Decimal]) -> dict[str, Any]:
    names = {"between": {"low", "high"}, "milestones": set(), "binary": set()}.get(metric["kind"], {"target"})
    need(said, said.keys() <= names)
    metric = {**metric, **said}
    if metric["kind"] == "between":
        need(metric["low"] <= metric["high"])
    if metric["kind"] in {"increase", "decrease"}:
        b, t = metric["baseline"], metric["target"]
        need(b is None or (t >= b if metric["kind"] == "increase" else t <= b))
        metric["relative"] = None
    return metric


def _from(metric: dict[str, Any], baseline: Decimal | None) -> dict[str, Any]:
    """A metric that starts from this baseline: a relative target follows it."""
    if metric["relative"] is None:
        return {**metric, "baseline": baseline}
    target = None if baseline is None else baseline + abs(baseline) * metric["relative"]
    return {**metric, "baseline": baseline, "target": target}


def _without_baseline(metric: dict[str, Any]) -> dict[str, Any]:
    return _from(metric, None) if metric["kind"] in {"increase", "decrease"} else metric


def _wanting(metric: dict[str, Any]) -> bool:
    return metric["kind"] in {"increase", "decrease"} and metric["baseline"] is None


def _can_lend(check_in: dict[str, Any], metric: dict[str, Any]) -> bool:
    value = check_in["value"]
    return not check_in["retracted"] and value is not None and (value != 0 or metric["relative"] is None)


def _takes(metric: dict[str, Any], value: Decimal | None, milestones: list[str] | None) -> bool:
    if metric["kind"] == "milestones":
        return value is None and set(milestones or ()) <= metric["steps"].keys()
    if milestones is not None or (metric["kind"] == "binary" and value not in (None, 0, 1)):
        return False
    return not (_wanting(metric) and metric["relative"] is not None and value == 0)
