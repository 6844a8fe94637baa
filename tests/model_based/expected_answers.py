"""The answers that the model expects at a position, in the shape of the backend's."""

from typing import Any

from okr_events.domain.values import focus
from tests.model_based import health_model, number_model
from tests.model_based.backend_answers import LATEST, JsonObject
from tests.model_based.model.links import ENDED_STATES
from tests.model_based.model.whole_model import Model
from tests.model_based.number_model import Progress

TYPES = {"objective": "objectives", "key_result": "key_results", "priority": "priorities"}


class ExpectedAnswers:
    """The answers that the model expects at a position."""

    def __init__(self, model: Model, position: int) -> None:
        self.world, self.versions, self.today = model.state_at(position)
        self.key_results = {id: self._key_result(id) for id in self.world["key_results"]}
        self.objectives = {id: self._objective(id, goal) for id, goal in self.world["objectives"].items()}

    def as_list(self) -> list[Any]:
        spans = {str(id): self._cycle(id, cycle) for id, cycle in self.world["cycles"].items()}
        return [self._map(ended=False), self._map(ended=True), spans]

    def _cycle(self, id: Any, cycle: JsonObject) -> list[Any]:
        rules = list(cycle["policy"].values())
        return [cycle["name"], str(cycle["starts"]), str(cycle["ends"]), cycle["state"], rules, self.versions[id]]

    def _map(self, *, ended: bool) -> JsonObject:
        goals = [id for id, goal in self.world["objectives"].items() if ended or goal["state"] != "cancelled"]
        parts = {id: self._parts(id, ended=ended) for id in goals}
        measures = [key for keys in parts.values() for key in keys]
        aims = {id: aim for id, aim in self.world["priorities"].items() if ended or aim["state"] == "active"}
        ends = {*goals, *measures, *aims}
        links = {
            id: link
            for id, link in self.world["links"].items()
            if link["child"] in goals and link["parent"] in ends and (ended or link["state"] not in ENDED_STATES)
        }
        return {
            "objectives": {
                str(id): self.objectives[id] | {"key_results": [self.key_results[key] for key in parts[id]]} for id in goals
            },
            "below": {
                str(id): [(str(key), link["weight"]) for key, link in links.items() if self._below(link) == id]
                for id in (*goals, *measures)
            },
            "links": {str(id): self._link(id, link) for id, link in links.items()},
            "units": {str(id): self._unit(id, unit) for id, unit in self.world["units"].items()},
            "priorities": {str(id): self._priority(id, aim) for id, aim in aims.items()},
        }

    def _below(self, link: JsonObject) -> Any:
        """The id under which the link's child appears."""
        return link["parent"] if link["kind"] in {"vertical", "explicit"} else None

    def _unit(self, id: Any, unit: JsonObject) -> list[Any]:
        return [unit["name"], unit["level"], _stringify(unit["parent"]), unit["vision"], self.versions[id]]

    def _link(self, id: Any, link: JsonObject) -> JsonObject:
        ends = {"id": str(id), "child_id": str(link["child"]), "parent_id": str(link["parent"])}
        parent_type = next(name for name, kind in TYPES.items() if link["parent"] in self.world[kind])
        copied = {name: link[name] for name in ("kind", "weight", "state", "capacity")}
        return {**ends, **copied, "parent_type": parent_type, "agreed_capacity": link["agreed"], "version": self.versions[id]}

    def _priority(self, id: Any, aim: JsonObject) -> JsonObject:
        copied = {name: aim[name] for name in ("title", "description", "perspective", "state")}
        horizon = {"starts_on": str(aim["horizon"][0]), "ends_on": str(aim["horizon"][1])}
        return {**copied, "id": str(id), "horizon": horizon, "owner": _stringify(aim["owner"]), "version": self.versions[id]}

    def _parts(self, id: Any, *, ended: bool) -> list[Any]:
        own = [key for key, found in self.world["key_results"].items() if found["objective"] == id]
        return [key for key in own if ended or number_model.is_live(self.world, key)]

    def _objective(self, id: Any, goal: JsonObject) -> JsonObject:
        copied = {name: goal[name] for name in ("title", "description", "commitment", "urgent", "important", "state")}
        return {
            **copied,
            "id": str(id),
            "unit_id": str(goal["unit"]),
            "cycle_id": str(goal["cycle"]),
            "owner": _stringify(goal["owner"]),
            "focus": focus(urgent=goal["urgent"], important=goal["important"]),
            "progress_driver": goal["driver"],
            "agreed_by": list(map(str, goal["agreed_by"])),
            "progress": _progress(number_model.objective_progress(self.world, id)),
            "health": _health(health_model.objective_health(self.world, id, self.today)),
            "score": number_model.score(self.world, id),
            "version": self.versions[id],
        }

    def _key_result(self, id: Any) -> JsonObject:
        found = self.world["key_results"][id]
        return {
            "id": str(id),
            "objective_id": str(found["objective"]),
            "title": found["title"],
            "description": None,
            "metric": _metric(found["metric"]),
            "weight": found["weight"],
            "owner": _stringify(found["owner"]),
            "due_on": str(found["due"]),
            "state": self._state(id),
            "value": number_model.latest_value(self.world, id, "value"),
            "milestones": number_model.latest_value(self.world, id, "milestones"),
            "confidence": number_model.latest_value(self.world, id, "confidence"),
            "progress": _progress(number_model.key_result_progress(self.world, id)),
            "health": _health(health_model.key_result_health(self.world, id, self.today)),
            "score": found["score"],
            "cadence": None,
            "cadence_in_force": self._cadence(id),
            "origin": _stringify(found["origin"]),
            "carried_over_to": [str(key) for key, each in self.world["key_results"].items() if each["origin"] == id],
            "latest_check_in": self._latest(id),
            "contributors": [
                {"person_id": str(person), "role": named["role"], "due_on": _stringify(named["due"])}
                for person, named in found["contributors"].items()
                if not named["released"]
            ],
            "initiatives": [
                self._initiative(i, work) for i, work in self.world["initiatives"].items() if work["key_result"] == id
            ],
            "version": self.versions[id],
        }

    def _cadence(self, key_result: Any) -> JsonObject:
        """That of the policy: no unit and no key result sets its own."""
        policy = number_model.cycle_of(self.world, key_result)["policy"]
        return {"every": policy["every"], "weekday": policy["weekday"], "grace_days": policy["grace"]}

    def _state(self, key_result: Any) -> str:
        if number_model.accepts_changes(self.world, key_result):
            return "open"
        return "closed" if number_model.is_live(self.world, key_result) else "cancelled"

    def _initiative(self, id: Any, work: JsonObject) -> JsonObject:
        said = {
            "title": "Try it",
            "owner": _stringify(work["owner"]),
            "due_on": _stringify(work["due"]),
            "done_on": _stringify(work["done"]),
        }
        return {"id": str(id), "key_result_id": str(work["key_result"]), **said, "version": self.versions[id]}

    def _latest(self, key_result: Any) -> JsonObject | None:
        counting = number_model.effective_check_ins(self.world, key_result)
        if not counting:
            return None
        id = next(id for id, check_in in self.world["check_ins"].items() if check_in is counting[-1])
        last = {**counting[-1], "measured_on": str(counting[-1]["day"]), "position": counting[-1]["order"]}
        return {"id": str(id), **{name: last[name] for name in LATEST}}


def _stringify(part: Any) -> str | None:
    return None if part is None else str(part)


def _progress(found: Progress | None) -> JsonObject | None:
    return found and found._asdict()


def _health(health: health_model.Health) -> JsonObject:
    return dict(zip(("reported", "computed", "effective", "mismatch"), health, strict=True))


def _metric(metric: JsonObject) -> JsonObject:
    match metric["kind"]:
        case "milestones":
            return {"kind": "milestones", "steps": [{"name": n, "weight": w} for n, w in metric["steps"].items()]}
        case "increase" | "decrease":
            relative = {} if metric["relative"] is None else {"relative": metric["relative"]}
            return {**{name: metric[name] for name in ("kind", "baseline", "target")}, **relative, "measure": None}
        case "at_least" | "at_most":
            return {**metric, "baseline": None, "measure": None}
        case "between":
            return {**metric, "measure": None}
    return metric
