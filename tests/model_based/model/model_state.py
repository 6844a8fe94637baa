"""OKRs as plain dictionaries: every command's rules and effects, written without a look at the backend's own code.

Each command either raises `No` and changes nothing, or changes the world fact by fact; `past` keeps the world after each fact.
"""

import pickle
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from tests.model_based.number_model import World

KINDS = ("units", "cycles", "priorities", "objectives", "key_results", "initiatives", "links", "check_ins")
LEVELS = ["company", "department", "team", "individual"]
DAY = timedelta(days=1)


class RuleBroken(Exception):
    """The rules refuse this."""


def require(*rules: Any) -> None:
    if not all(rules):
        raise RuleBroken


class ModelState:
    """The world and its past; `people` are those of the register, the first of them gives all commands."""

    def __init__(self, today: date, people: Sequence[Any]) -> None:
        self.today = today
        self.people = people
        self.world: World = {name: {} for name in KINDS}
        self.versions = Counter[Any]()
        self.saved_states: list[bytes] = []
        self._save_state()

    def state_at(self, position: int) -> tuple[World, Counter[Any], date]:
        """The world after so many facts, its versions and the day of the last of them."""
        kept: tuple[World, Counter[Any], date] = pickle.loads(self.saved_states[position])  # noqa: S301 - our own
        return kept

    def needs_reason(self, objective: Any) -> bool:
        """Whether changes of the objective need a reason: those of a draft do not."""
        return bool(self.world["objectives"][objective]["state"] != "draft")

    def _record_fact(self, id: Any) -> None:
        self.versions[id] += 1
        self._save_state()

    def _save_state(self) -> None:
        self.saved_states.append(pickle.dumps((self.world, self.versions, self.today)))

    def _is_known_owner(self, owner: Any) -> bool:
        return owner is None or owner in self.people or owner in self.world["units"]

    def _apply_changes(self, id: Any, thing: dict[str, Any], *groups: dict[str, Any]) -> None:
        """Each group of fields that says something new is a fact; what is null is not said."""
        for group in groups:
            if has_new_value(group, thing):
                thing |= {name: value for name, value in group.items() if value is not None}
                self._record_fact(id)

    def _lineage(self, id: Any) -> list[Any]:
        parent = self.world["units"][id]["parent"]
        return [id, *(self._lineage(parent) if parent else ())]


def has_new_value(group: dict[str, Any], thing: dict[str, Any]) -> bool:
    return any(value not in (None, thing[name]) for name, value in group.items())
