"""Sentences: each change in the words that every other place has for its fact, and what only the comparison shows."""

from collections.abc import Mapping
from typing import Any

from projections.changes.change import Change
from projections.changes.row_diff import Fields
from projections.text.event_descriptions import SENTENCES
from projections.text.event_descriptions import sentence as of_fact
from projections.text.names import Naming
from projections.text.phrases import Called, counted


def sentence(change: Change, fact: Mapping[str, Any], naming: Naming) -> str:
    """`fact` is the change's own with its words opened. The reason stands beside the sentence, not in it."""
    called = naming.at(change.position)
    if fact["type"] not in SENTENCES:
        return f"{called(fact['actor'])} recorded {fact['type']}."
    return f"{of_fact({**fact, 'reason': None}, called, naming.before(fact))}{_more(change, called)}."


def _more(change: Change, called: Called) -> str:
    if change.direction in {"easier", "harder"}:
        return f", which is {change.direction}"
    return _reported(change.kind, change.check_in, called) if change.check_in else ""


def _reported(kind: str, check_in: Fields, called: Called) -> str:
    """Whose check-in it is, where another may have changed it, and how late."""
    late = (
        f", {counted(check_in['days_after_cycle'], 'day')} after the end of its cycle" if check_in["days_after_cycle"] else ""
    )
    match kind:
        case "check_in_after_seal":
            return f", for {check_in['measured_on']}, after its cycle was sealed: no number of it changes"
        case "late_check_in":
            return f", for {check_in['measured_on']}{late}"
        case "backdated_check_in":
            return f", for {check_in['measured_on']}, {counted(check_in['days_back'], 'day')} before it was recorded"
    return f"; {called(check_in['author'])} had recorded it {counted(check_in['days_later'], 'day')} before{late}"
