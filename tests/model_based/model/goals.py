"""Objectives and key results: drafts and agreement, weights, targets, scores, and the limits of a policy."""

from datetime import date
from decimal import Decimal
from typing import Any

from tests.model_based import number_model
from tests.model_based.model.metrics import carry_metric_over, define_metric, revise_metric
from tests.model_based.model.model_state import ModelState, has_new_value, require

ENDED_STATES = {"cancelled", "closed"}


class GoalModel(ModelState):
    def create_objective(self, id: Any, *, cycle: Any, unit: Any, draft: bool, **said: Any) -> None:
        most = self.world["cycles"][cycle]["policy"]["most_objectives"]
        beside = [o for o in self.world["objectives"].values() if (o["cycle"], o["unit"]) == (cycle, unit)]
        require(self._is_known_owner(said["owner"]), most is None or sum(o["state"] != "cancelled" for o in beside) < most)
        place = {"cycle": cycle, "unit": unit, "state": "draft" if draft else "agreed"}
        usual = {"description": None, "commitment": "aspirational", "urgent": False, "important": False}
        agreed = {"agreed_by": [] if draft else [self.people[0]]}
        self.world["objectives"][id] = place | usual | agreed | said
        self._record_fact(id)

    def agree(self, id: Any, *, people: list[Any]) -> None:
        """The people named agree; nobody named is who asks."""
        found = self.world["objectives"][id]
        require(found["state"] == "draft", all(person in self.people for person in people))
        found |= {"state": "agreed", "agreed_by": list(dict.fromkeys(people or self.people[:1]))}
        self._record_fact(id)

    def change_objective(self, id: Any, *, urgent: bool | None, important: bool | None, **said: Any) -> None:
        axes = {"urgent": urgent, "important": important}
        require(any(value is not None for value in (*said.values(), urgent, important)))
        groups = [{name: said[name]} for name in ("title", "description", "commitment")]
        self._apply_changes(id, self._require_live_objective(id), *groups, axes, {"driver": said["driver"]})

    def reassign_objective(self, id: Any, *, owner: Any) -> None:
        require(self._is_known_owner(owner))
        self._apply_changes(id, self._require_live_objective(id), {"owner": owner})

    def cancel_objective(self, id: Any) -> None:
        self._require_live_objective(id)["state"] = "cancelled"
        self._record_fact(id)

    def close_objective(self, id: Any, *, unscored: bool) -> None:
        own, _ = number_model.drivers_of(self.world, id)
        require(self.world["objectives"][id]["state"] == "agreed")
        require(unscored or all(self.world["key_results"][key]["score"] is not None for key in own))
        self.world["objectives"][id]["state"] = "closed"
        self._record_fact(id)

    def set_weights(self, id: Any, *, key_results: dict[Any, Decimal], links: dict[Any, Decimal]) -> None:
        """An event of the objective, then one for each key result with a changed weight."""
        world, _ = self.world, self._require_live_objective(id)
        require(key_results or links)
        for k in key_results:
            require(world["key_results"][k]["objective"] == id, world["key_results"][k]["state"] == "open")
        for a in links:
            link = world["links"][a]
            require(
                number_model.objective_of_parent(world, link["parent"]) == id,
                link["state"] == "active",
                link["weight"] is not None,
            )
        parts = {part: world["key_results" if part in key_results else "links"][part] for part in key_results | links}
        if any(parts[part]["weight"] != weight for part, weight in (key_results | links).items()):
            require(all(world["objectives"][world["links"][a]["child"]]["state"] not in ENDED_STATES for a in links))
            self._record_fact(id)
        for part, weight in (key_results | links).items():
            self._apply_changes(part, parts[part], {"weight": weight})

    def _require_live_objective(self, id: Any) -> dict[str, Any]:
        require(self.world["objectives"][id]["state"] not in ENDED_STATES)
        return self.world["objectives"][id]

    # Key results

    def define(self, id: Any, *, objective: Any, metric: dict[str, Any], due: date | None, **said: Any) -> None:
        goal = self._require_live_objective(objective)
        cycle = self.world["cycles"][goal["cycle"]]
        metric, most = define_metric(metric), cycle["policy"]["most_key_results"]
        require(self._is_known_owner(said["owner"]), cycle["starts"] <= (due or cycle["ends"]) <= cycle["ends"])
        beside = [k for k in self.world["key_results"].values() if k["objective"] == objective]
        require(most is None or sum(k["state"] == "open" for k in beside) < most)
        usual = {"title": "KR", "score": None, "lender": None, "contributors": {}, "origin": None}
        place = {"objective": objective, "state": "open", "defined": self.today, "due": due or cycle["ends"]}
        self.world["key_results"][id] = place | usual | said | {"metric": metric}
        self._record_fact(id)

    def carry_over(self, id: Any, *, origin: Any, objective: Any, target: Decimal | None) -> None:
        """A new one goes on from the last that was said of its origin, in another cycle."""
        found = self.world["key_results"][origin]
        require(number_model.cycle_id_of(self.world, origin) != self.world["objectives"][objective]["cycle"])
        value, done = (number_model.latest_value(self.world, origin, name) for name in ("value", "milestones"))
        said = {name: found[name] for name in ("title", "weight", "owner")} | {"origin": origin}
        self.define(id, objective=objective, metric=carry_metric_over(found["metric"], value, done, target), due=None, **said)

    def change_key_result(
        self, id: Any, *, title: str | None, weight: Decimal | None, due: date | None, reasoned: bool
    ) -> None:
        found, cycle = self._require_open_key_result(id), number_model.cycle_of(self.world, id)
        require(title or due or weight is not None)
        require(reasoned or weight in (None, found["weight"]) or not self.needs_reason(found["objective"]))
        require(not due or cycle["starts"] <= due <= cycle["ends"])
        self._change(id, {"title": title}, {"due": due}, {"weight": weight})

    def revise(self, id: Any, **said: Decimal) -> None:
        self._change(id, {"metric": revise_metric(self._require_open_key_result(id)["metric"], said)})

    def reassign_key_result(self, id: Any, *, owner: Any) -> None:
        require(self._is_known_owner(owner))
        self._change(id, {"owner": owner})

    def _change(self, id: Any, *groups: dict[str, Any]) -> None:
        """What changes nothing is taken also after the objective's end."""
        found = self._require_open_key_result(id)
        require(number_model.accepts_changes(self.world, id) or not any(has_new_value(group, found) for group in groups))
        self._apply_changes(id, found, *groups)

    def cancel_key_result(self, id: Any) -> None:
        require(number_model.accepts_changes(self.world, id))
        self._require_open_key_result(id)["state"] = "cancelled"
        self._record_fact(id)

    def score(self, id: Any, *, score: Decimal | None, suggested: Decimal | None, reasoned: bool) -> None:
        found, final = self._require_open_key_result(id), suggested if score is None else score
        require(final is not None, number_model.accepts_changes(self.world, id))
        require(reasoned or (score in (None, suggested) and found["score"] is None))
        found["score"] = final
        self._record_fact(id)

    def _require_open_key_result(self, id: Any) -> dict[str, Any]:
        require(self.world["key_results"][id]["state"] == "open")
        return self.world["key_results"][id]

    # Who works on them, and on what

    def name_contributor(self, id: Any, *, person: Any, role: str, due: date | None) -> None:
        require(number_model.accepts_changes(self.world, id), person in self.people)
        self.world["key_results"][id]["contributors"][person] = {"role": role, "due": due, "released": False}
        self._record_fact(id)

    def release_contributor(self, id: Any, *, person: Any) -> None:
        named = self.world["key_results"][id]["contributors"].get(person)
        require(number_model.accepts_changes(self.world, id), named, not named or not named["released"])
        self.world["key_results"][id]["contributors"][person]["released"] = True
        self._record_fact(id)

    def start_initiative(self, id: Any, *, key_result: Any, owner: Any, due: date | None) -> None:
        require(number_model.accepts_changes(self.world, key_result), self._is_known_owner(owner))
        self.world["initiatives"][id] = {"key_result": key_result, "owner": owner, "due": due, "done": None}
        self._record_fact(id)

    def complete_initiative(self, id: Any) -> None:
        require(not self.world["initiatives"][id]["done"])
        self.world["initiatives"][id]["done"] = self.today
        self._record_fact(id)
