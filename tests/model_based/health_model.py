"""Health worked out from plain dictionaries: what was reported, what pace says, and which of them counts."""

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.model_based import number_model
from tests.model_based.number_model import World

TOLERANCE = Fraction(1, 10**20)
WORST_FIRST = ["off_track", "outdated", "at_risk", "pending", "on_track", "closed"]


Health = tuple[str | None, str, str, bool]


def pace(world: World, key_result: Any, today: date) -> str:
    cycle, found = number_model.cycle_of(world, key_result), number_model.key_result_progress(world, key_result)
    length, gone = (cycle["ends"] - cycle["starts"]).days, (today - cycle["starts"]).days
    elapsed = Fraction(min(max(gone, 0), length), length) if length else Fraction(1)
    if found is None or elapsed == 0:
        return "pending"
    for word in ("on_track", "at_risk"):
        if Fraction(found[0]) - Fraction(cycle["policy"][word]) * elapsed > -TOLERANCE:
            return word
    return "off_track"


def is_outdated(world: World, key_result: Any, today: date) -> bool:
    """The last due day whose grace is over was missed and nobody reported anything since; not once the cycle is over."""
    cycle = number_model.cycle_of(world, key_result)
    grace = timedelta(days=cycle["policy"]["grace"])
    over = [day for day in number_model.own_due_days(world, key_result) if day + grace < today]
    if not over or today > cycle["ends"]:
        return False
    reports = sorted(number_model.effective_check_ins(world, key_result), key=lambda c: c["order"])
    answered: list[date] = []
    for day in (c["recorded"] for c in reports):
        in_grace = [due for due in over if due < day <= due + grace and due not in answered]
        answered.append(in_grace[-1] if in_grace else min(over, key=lambda due: (abs((due - day).days), -due.toordinal())))
    return over[-1] not in answered and not any(c["recorded"] > over[-1] for c in reports)


def key_result_health(world: World, key_result: Any, today: date) -> Health:
    """Reported, computed, effective, and whether the first two disagree."""
    reported, computed = number_model.latest_value(world, key_result, "status"), pace(world, key_result, today)
    mismatch = reported is not None and computed not in {"pending", reported}
    if not number_model.accepts_changes(world, key_result) or world["key_results"][key_result]["score"] is not None:
        return reported, computed, "closed", mismatch
    effective = "outdated" if is_outdated(world, key_result, today) else reported or computed
    return reported, computed, effective, mismatch


def objective_health(world: World, objective: Any, today: date) -> Health:
    """Its worst live key result's, without any its worst child's, without these that of what it had; closed when it is over."""
    own, children = number_model.drivers_of(world, objective)
    ever = [id for id, found in world["key_results"].items() if found["objective"] == objective]
    found = [key_result_health(world, k, today) for k in own]
    found = found or [objective_health(world, child, today) for _, child in children]
    found = found or [key_result_health(world, k, today) for k in ever]
    found = [health for health in found if health[2] != "closed"] or found
    reported, computed, effective = (_worst(health[place] for health in found) for place in range(3))
    over = world["objectives"][objective]["state"] in {"cancelled", "closed"}
    mismatch = any(health[3] for health in found)
    return reported, computed or "pending", "closed" if over else effective or "pending", mismatch


def _worst(words: Iterable[str | None]) -> str | None:
    return min((word for word in words if word), key=WORST_FIRST.index, default=None)
