"""Check-ins: who may say what of a key result, and when; values only while no objective inherits it."""

from datetime import date
from typing import Any

from tests.model_based import number_model
from tests.model_based.model.metrics import accepts_value, can_set_baseline, lacks_baseline, with_baseline, without_baseline
from tests.model_based.model.model_state import ModelState, require


class CheckInModel(ModelState):
    def check_in(self, id: Any, *, key_result: Any, day: date | None, **said: Any) -> None:
        require(number_model.accepts_changes(self.world, key_result), self._takes_own_numbers(key_result, said))
        found, ends = self.world["key_results"][key_result], number_model.cycle_of(self.world, key_result)["ends"]
        day = day or min(self.today, ends)
        require(any(value is not None for value in said.values()), day <= self.today, day <= ends)
        require(accepts_value(found["metric"], said["value"], said["milestones"]))
        place = {"key_result": key_result, "order": len(self.saved_states), "recorded": self.today, "retracted": False}
        self.world["check_ins"][id] = place | {"day": day} | said
        self.versions[id] += 1
        self._record_fact(key_result)
        if said["value"] is not None and lacks_baseline(found["metric"]):
            self._capture_baseline(key_result, id)

    def correct(self, id: Any, *, day: date | None, **said: Any) -> None:
        stated = self.world["check_ins"][id]
        key_result = stated["key_result"]
        require(number_model.accepts_changes(self.world, key_result), self._takes_own_numbers(key_result, said))
        found, ends = self.world["key_results"][key_result], number_model.cycle_of(self.world, key_result)["ends"]
        metric = without_baseline(found["metric"]) if found["lender"] == id else found["metric"]
        require(day or any(value is not None for value in said.values()), not stated["retracted"])
        require(not day or day <= min(self.today, ends), accepts_value(metric, said["value"], said["milestones"]))
        stated |= {name: value for name, value in {"day": day, **said}.items() if value is not None}
        self.versions[id] += 1
        self._record_fact(key_result)
        if said["value"] is not None:
            self._recapture_baseline(key_result, id)

    def retract(self, id: Any) -> None:
        stated = self.world["check_ins"][id]
        require(not stated["retracted"], number_model.accepts_changes(self.world, stated["key_result"]))
        stated["retracted"] = True
        self.versions[id] += 1
        self._record_fact(stated["key_result"])
        self._recapture_baseline(stated["key_result"], id)

    def _takes_own_numbers(self, key_result: Any, said: dict[str, Any]) -> bool:
        """While objectives inherit it, a key result has their numbers and takes none of its own."""
        stating = said["value"] is not None or said["milestones"] is not None
        return not (stating and number_model.inheriting_objectives(self.world, key_result))

    def _recapture_baseline(self, key_result: Any, changed: Any) -> None:
        """A relative target starts from the first check-in that states a value: that may be another one now."""
        found = self.world["key_results"][key_result]
        if found["lender"] != changed and not lacks_baseline(found["metric"]):
            return
        said = [(c["order"], id) for id, c in self.world["check_ins"].items() if c["key_result"] == key_result]
        stating = [id for _, id in sorted(said) if can_set_baseline(self.world["check_ins"][id], found["metric"])]
        if stating or found["lender"]:
            self._capture_baseline(key_result, stating[0] if stating else None)

    def _capture_baseline(self, key_result: Any, lender: Any) -> None:
        found = self.world["key_results"][key_result]
        baseline = self.world["check_ins"][lender]["value"] if lender else None
        found["lender"], found["metric"] = lender, with_baseline(found["metric"], baseline)
        self._record_fact(key_result)
