"""Objectives and key results: drafts and agreement, weights, targets, scores, and the limits of a policy."""

from datetime import date
from decimal import Decimal
from typing import Any

from tests.model_based import number_model
from tests.model_based.model.metrics import carried, defined, revised
from tests.model_based.model.model_state import Kept, need, says_new

OVER = {"cancelled", "closed"}


class Goals(Kept):
    def create_objective(self, id: Any, *, cycle: Any, unit: Any, draft: bool, **said: Any) -> None:
        most = self.world["cycles"][cycle]["policy"]["most_objectives"]
        beside = [o for o in self.world["objectives"].values() if (o["cycle"], o["unit"]) == (cycle, unit)]
        need(self._known(said["owner"]), most is None or sum(o["state"] != "cancelled" for o in beside) < most)
        place = {"cycle": cycle, "unit": unit, "state": "draft" if draft else "agreed"}
        usual = {"description": None, "commitment": "aspirational", "urgent": False, "important": False}
        agreed = {"agreed_by": [] if draft else [self.people[0]]}
        self.world["objectives"][id] = place | usual | agreed | said
        self._fact(id)

    def agree(self, id: Any, *, people: list[Any]) -> None:
        """The people named agree; nobody named is who asks."""
        found = self.world["objectives"][id]
        need(found["state"] == "draft", all(person in self.people for person in people))
        found |= {"state": "agreed", "agreed_by": list(dict.fromkeys(people or self.people[:1]))}
        self._fact(id)

    def change_objective(self, id: Any, *, urgent: bool | None, important: bool | None, **said: Any) -> None:
        axes = {"urgent": urgent, "important": important}
        need(any(value is not None for value in (*said.values(), urgent, important)))
        groups = [{name: said[name]} for name in ("title", "description", "commitment")]
        self._fill(id, self._standing(id), *groups, axes, {"driver": said["driver"]})

    def reassign_objective(self, id: Any, *, owner: Any) -> None:
        need(self._known(owner))
        self._fill(id, self._standing(id), {"owner": owner})

    def cancel_objective(self, id: Any) -> None:
        self._standing(id)["state"] = "cancelled"
        self._fact(id)

    def close_objective(self, id: Any, *, unscored: bool) -> None:
        own, _ = number_model.parts(self.world, id)
        need(self.world["objectives"][id]["state"] == "agreed")
        need(unscored or all(self.world["key_results"][key]["score"] is not None for key in own))
        self.world["objectives"][id]["state"] = "closed"
        self._fact(id)

    def set_weights(self, id: Any, *, key_results: dict[Any, Decimal], links: dict[Any, Decimal]) -> None:
        """A fact of the objective, then one of every part whose weight is another than before."""
        world, _ = self.world, self._standing(id)
        need(key_results or links)
        for k in key_results:
            need(world["key_results"][k]["objective"] == id, world["key_results"][k]["state"] == "open")
        for a in links:
            link = world["links"][a]
            need(number_model.goal(world, link["parent"]) == id, link["state"] == "active", link["weight"] is not None)
        parts = {part: world["key_results" if part in key_results else "links"][part] for part in key_results | links}
        if any(parts[part]["weight"] != weight for part, weight in (key_results | links).items()):
            need(all(world["objectives"][world["links"][a]["child"]]["state"] not in OVER for a in links))
            self._fact(id)
        for part, weight in (key_results | links).items():
            self._fill(part, parts[part], {"weight": weight})

    def _standing(self, id: Any) -> dict[str, Any]:
        need(self.world["objectives"][id]["state"] not in OVER)
        return self.world["objectives"][id]

    # Key results

    def define(self, id: Any, *, objective: Any, metric: dict[str, Any], due: date | None, **said: Any) -> None:
        goal = self._standing(objective)
        cycle = self.world["cycles"][goal["cycle"]]
        metric, most = defined(metric), cycle["policy"]["most_key_results"]
        need(self._known(said["owner"]), cycle["starts"] <= (due or cycle["ends"]) <= cycle["ends"])
        beside = [k for k in self.world["key_results"].values() if k["objective"] == objective]
        need(most is None or sum(k["state"] == "open" for k in beside) < most)
        usual = {"title": "KR", "score": None, "lender": None, "contributors": {}, "origin": None}
        place = {"objective": objective, "state": "open", "defined": self.today, "due": due or cycle["ends"]}
        self.world["key_results"][id] = place | usual | said | {"metric": metric}
        self._fact(id)

    def carry_over(self, id: Any, *, origin: Any, objective: Any, target: Decimal | None) -> None:
        """A new one goes on from the last that was said of its origin, in another cycle."""
        found = self.world["key_results"][origin]
        need(number_model.cycle_id_of(self.world, origin) != self.world["objectives"][objective]["cycle"])
        value, done = (number_model.last_said(self.world, origin, name) for name in ("value", "milestones"))
        said = {name: found[name] for name in ("title", "weight", "owner")} | {"origin": origin}
        self.define(id, objective=objective, metric=carried(found["metric"], value, done, target), due=None, **said)

    def change_key_result(
        self, id: Any, *, title: str | None, weight: Decimal | None, due: date | None, reasoned: bool
    ) -> None:
        found, cycle = self._open(id), number_model.cycle_of(self.world, id)
        need(title or due or weight is not None)
        need(reasoned or weight in (None, found["weight"]) or not self.settled(found["objective"]))
        need(not due or cycle["starts"] <= due <= cycle["ends"])
        self._change(id, {"title": title}, {"due": due}, {"weight": weight})

    def revise(self, id: Any, **said: Decimal) -> None:
        self._change(id, {"metric": revised(self._open(id)["metric"], said)})

    def reassign_key_result(self, id: Any, *, owner: Any) -> None:
        need(self._known(owner))
        self._change(id, {"owner": owner})

    def _change(self, id: Any, *groups: dict[str, Any]) -> None:
        """What changes nothing is taken also after the objective's end."""
        found = self._open(id)
        need(number_model.taking(self.world, id) or not any(says_new(group, found) for group in groups))
        self._fill(id, found, *groups)

    def cancel_key_result(self, id: Any) -> None:
        need(number_model.taking(self.world, id))
        self._open(id)["state"] = "cancelled"
        self._fact(id)

    def score(self, id: Any, *, score: Decimal | None, suggested: Decimal | None, reasoned: bool) -> None:
        found, final = self._open(id), suggested if score is None else score
        need(final is not None, number_model.taking(self.world, id))
        need(reasoned or (score in (None, suggested) and found["score"] is None))
        found["score"] = final
        self._fact(id)

    def _open(self, id: Any) -> dict[str, Any]:
        need(self.world["key_results"][id]["state"] == "open")
        return self.world["key_results"][id]

    # Who works on them, and on what

    def name_contributor(self, id: Any, *, person: Any, role: str, due: date | None) -> None:
        need(number_model.taking(self.world, id), person in self.people)
        self.world["key_results"][id]["contributors"][person] = {"role": role, "due": due, "released": False}
        self._fact(id)

    def release_contributor(self, id: Any, *, person: Any) -> None:
        named = self.world["key_results"][id]["contributors"].get(person)
        need(number_model.taking(self.world, id), named, not named or not named["released"])
        self.world["key_results"][id]["contributors"][person]["released"] = True
        self._fact(id)

    def start_initiative(self, id: Any, *, key_result: Any, owner: Any, due: date | None) -> None:
        need(number_model.taking(self.world, key_result), self._known(owner))
        self.world["initiatives"][id] = {"key_result": key_result, "owner": owner, "due": due, "done": None}
        self._fact(id)

    def complete_initiative(self, id: Any) -> None:
        need(not self.world["initiatives"][id]["done"])
        self.world["initiatives"][id]["done"] = self.today
        self._fact(id)
