"""Sentences: each kind of change in plain English, with what was before and what is after."""

from collections.abc import Callable

from projections.changes.change import Change
from projections.changes.said import Called, Said, quoted


def sentence(change: Change, called: Called) -> str:
    """The change in a sentence; a kind without one of its own is called by its name."""
    return SENTENCES.get(change.kind, _named)(Said(change, called))


def _named(said: Said) -> str:
    return f"{said.change.kind.replace('_', ' ').capitalize()}: {said.it}."


def _unit_added(said: Said) -> str:
    below = f" below {quoted(said.who('parent_id'))}" if said.fields.get("parent_id") else ""
    return f"The {said.now('level')} {said.it} was added{below}."


def _objective_added(said: Said) -> str:
    draft = " as a draft" if said.now("state") == "draft" else ""
    return f"The objective {said.it} was added for {quoted(said.who('unit_id'))}{draft}; its owner is {said.who('owner')}."


def _key_result_added(said: Said) -> str:
    return f"The key result {said.it} was added: {said.aim()}; weight {said.now('weight')}; its owner is {said.who('owner')}."


def _target_moved(said: Said) -> str:
    direction = {"easier": "which is easier", "harder": "which is harder"}.get(said.change.direction or "")
    return f"The metric of {said.it} was revised: {said.turns('metric')}{f', {direction}' if direction else ''}."


def _linked(said: Said) -> str:
    weight = f" with weight {said.now('weight')}" if said.fields.get("weight") else ""
    asks = f" and asks for {said.now('capacity')} person-days" if said.fields.get("capacity") else ""
    return f"The {said.now('kind')} link {said.it} was made{weight}{asks}."


def _confirmed(said: Said) -> str:
    days = f" with {said.now('agreed_capacity')} person-days" if said.fields.get("agreed_capacity") else ""
    return f"The dependency {said.it} was confirmed{days}."


def _scored(said: Said) -> str:
    suggested = f"; {said.now('suggested')} was suggested" if said.fields.get("suggested") else ""
    return f"{said.it} was scored {said.now('score')}{suggested}."


def _contributor(said: Said) -> str:
    person = said.called(said.change.subject.id)
    role = f" as {said.now('role')}" if "role" in said.fields else ""
    return f"{person} was named as contributing to {said.it}{role}."


def _whose(said: Said) -> str:
    reported = said.change.check_in or {}
    return f"{said.called(reported['author'])}'s check-in on {said.it} for {reported['measured_on']}"


def _late(said: Said) -> str:
    days = (said.change.check_in or {})["days_after_cycle"]
    return f"{_whose(said)} was recorded {_days(days)} after the end of its cycle: {said.statement()}."


def _after_seal(said: Said) -> str:
    return f"{_whose(said)} was recorded after its cycle was sealed, and changes no number of it: {said.statement()}."


def _backdated(said: Said) -> str:
    days = (said.change.check_in or {})["days_back"]
    return f"{_whose(said)} was recorded {_days(days)} after that day: {said.statement()}."


def _corrected(said: Said) -> str:
    return f"{_whose(said)} was corrected {_later(said)}: {said.statement()}."


def _retracted(said: Said) -> str:
    return f"{_whose(said)} was retracted {_later(said)}."


def _later(said: Said) -> str:
    days = (said.change.check_in or {})["days_later"]
    after = (said.change.check_in or {})["days_after_cycle"]
    late = f", {_days(after)} after the end of its cycle" if after else ""
    return f"{_days(days)} after it was recorded{late}" if days else f"on the day it was recorded{late}"


def _days(number: int) -> str:
    return f"{number} day" if number == 1 else f"{number} days"


def _renamed(what: str, name: str) -> Callable[[Said], str]:
    return lambda said: f"The {what} {quoted(said.was(name))} was renamed {quoted(said.now(name))}."


def _turned(what: str, name: str) -> Callable[[Said], str]:
    return lambda said: f"The {what} of {said.it} changed {said.turn(name)}."


def _reassigned(what: str) -> Callable[[Said], str]:
    return lambda said: f"The {what} {said.it} passed {said.hands('owner')}."


def _stated(before: str, after: str) -> Callable[[Said], str]:
    return lambda said: f"{before} {said.it} {after}."


SENTENCES: dict[str, Callable[[Said], str]] = {
    "person_erased": lambda _: "A person was erased: their words, and what they were called.",
    "unit_added": _unit_added,
    "unit_renamed": _renamed("unit", "name"),
    "unit_moved": lambda said: f"The unit {said.it} moved {said.hands('parent_id')}.",
    "vision_stated": _stated("The vision of", "was stated anew"),
    "mission_stated": _stated("The mission of", "was stated anew"),
    "priority_added": _stated("The strategic priority", "was set"),
    "priority_renamed": _renamed("strategic priority", "title"),
    "priority_described": _stated("The description of the strategic priority", "changed"),
    "perspective_changed": _turned("perspective", "perspective"),
    "horizon_moved": lambda said: f"The horizon of {said.it} moved: {_span(said)}.",
    "priority_reassigned": _reassigned("strategic priority"),
    "priority_retired": _stated("The strategic priority", "was retired"),
    "cycle_added": lambda said: f"The cycle {said.it} was created, from {said.now('starts_on')} to {said.now('ends_on')}.",
    "cycle_activated": _stated("The cycle", "was activated"),
    "policy_changed": lambda said: f"The policy of the cycle {said.it} changed: {said.turns('policy')}.",
    "cycle_closed": _stated("The cycle", "was closed"),
    "cycle_sealed": lambda said: f"The report of the cycle {said.it} was sealed: SHA-256 {said.now('digest')}.",
    "objective_added": _objective_added,
    "objective_agreed": lambda said: f"The objective {said.it} was agreed by {said.everybody('agreed_by')}.",
    "objective_renamed": _renamed("objective", "title"),
    "objective_described": _stated("The description of", "changed"),
    "commitment_changed": _turned("commitment", "commitment"),
    "focus_changed": _turned("focus", "focus"),
    "progress_driver_changed": _turned("progress driver", "progress_driver"),
    "objective_reassigned": _reassigned("objective"),
    "objective_dropped": _stated("The objective", "was cancelled"),
    "key_result_added": _key_result_added,
    "key_result_renamed": _renamed("key result", "title"),
    "key_result_described": _stated("The description of", "changed"),
    "deadline_moved": _turned("deadline", "due_on"),
    "key_result_reweighted": _turned("weight", "weight"),
    "key_result_reassigned": _reassigned("key result"),
    "target_moved": _target_moved,
    "baseline_captured": lambda said: f"The baseline of {said.it} was captured: {said.turns('metric')}.",
    "check_in_after_seal": _after_seal,
    "late_check_in": _late,
    "backdated_check_in": _backdated,
    "check_in_corrected": _corrected,
    "check_in_retracted": _retracted,
    "scored": _scored,
    "score_corrected": _turned("score", "score"),
    "contributor_named": _contributor,
    "contributor_released": lambda said: f"{said.called(said.change.subject.id)} contributes to {said.it} no longer.",
    "key_result_dropped": _stated("The key result", "was cancelled"),
    "initiative_started": _stated("The initiative", "was started"),
    "initiative_completed": _stated("The initiative", "was completed"),
    "linked": _linked,
    "link_reweighted": _turned("weight", "weight"),
    "capacity_asked": _turned("capacity asked", "capacity"),
    "link_confirmed": _confirmed,
    "link_declined": _stated("The dependency", "was declined"),
    "link_ended": _stated("The link", "was ended"),
}


def _span(said: Said) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {said.turn(name)}" for name in ("starts_on", "ends_on") if name in said.fields)
