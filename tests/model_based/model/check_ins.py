"""Check-ins: who may say what of a key result, and when; values only while no objective inherits it."""

from datetime import date
from typing import Any

from tests.model_based import number_model
from tests.model_based.model.metrics import can_lend, starting, takes, wanting, without_baseline
from tests.model_based.model.model_state import Kept, need


class Reports(Kept):
    def check_in(self, id: Any, *, key_result: Any, day: date | None, **said: Any) -> None:
        need(number_model.taking(self.world, key_result), self._own(key_result, said))
        found, ends = self.world["key_results"][key_result], number_model.cycle_of(self.world, key_result)["ends"]
        day = day or min(self.today, ends)
        need(any(value is not None for value in said.values()), day <= self.today, day <= ends)
        need(takes(found["metric"], said["value"], said["milestones"]))
        place = {"key_result": key_result, "order": len(self.past), "recorded": self.today, "retracted": False}
        self.world["check_ins"][id] = place | {"day": day} | said
        self.versions[id] += 1
        self._fact(key_result)
        if said["value"] is not None and wanting(found["metric"]):
            self._lend(key_result, id)

    def correct(self, id: Any, *, day: date | None, **said: Any) -> None:
        stated = self.world["check_ins"][id]
        key_result = stated["key_result"]
        need(number_model.taking(self.world, key_result), self._own(key_result, said))
        found, ends = self.world["key_results"][key_result], number_model.cycle_of(self.world, key_result)["ends"]
        metric = without_baseline(found["metric"]) if found["lender"] == id else found["metric"]
        need(day or any(value is not None for value in said.values()), not stated["retracted"])
        need(not day or day <= min(self.today, ends), takes(metric, said["value"], said["milestones"]))
        stated |= {name: value for name, value in {"day": day, **said}.items() if value is not None}
        self.versions[id] += 1
        self._fact(key_result)
        if said["value"] is not None:
            self._lend_anew(key_result, id)

    def retract(self, id: Any) -> None:
        stated = self.world["check_ins"][id]
        need(not stated["retracted"], number_model.taking(self.world, stated["key_result"]))
        stated["retracted"] = True
        self.versions[id] += 1
        self._fact(stated["key_result"])
        self._lend_anew(stated["key_result"], id)

    def _own(self, key_result: Any, said: dict[str, Any]) -> bool:
        """While objectives inherit it, a key result has their numbers and takes none of its own."""
        stating = said["value"] is not None or said["milestones"] is not None
        return not (stating and number_model.heirs(self.world, key_result))

    def _lend_anew(self, key_result: Any, changed: Any) -> None:
        """A relative target starts from the first check-in that states a value: that may be another one now."""
        found = self.world["key_results"][key_result]
        if found["lender"] != changed and not wanting(found["metric"]):
            return
        said = [(c["order"], id) for id, c in self.world["check_ins"].items() if c["key_result"] == key_result]
        stating = [id for _, id in sorted(said) if can_lend(self.world["check_ins"][id], found["metric"])]
        if stating or found["lender"]:
            self._lend(key_result, stating[0] if stating else None)

    def _lend(self, key_result: Any, lender: Any) -> None:
        found = self.world["key_results"][key_result]
        baseline = self.world["check_ins"][lender]["value"] if lender else None
        found["lender"], found["metric"] = lender, starting(found["metric"], baseline)
        self._fact(key_result)
