"""Sentences: each change in the words that every other place has for its fact, and what only the comparison shows."""

from collections.abc import Mapping
from typing import Any

from projections.changes.change import Change
from projections.changes.row_diff import Fields
from projections.event_catalog import describe_event
from projections.text.names import NameHistory
from projections.text.phrases import NameLookup, pluralize


def describe_change(change: Change, fact: Mapping[str, Any], naming: NameHistory) -> str:
    """`fact` is the change's own with its words opened. The reason stands beside the sentence, not in it."""
    called = naming.names_at(change.position)
    sentence = describe_event({**fact, "reason": None}, called, naming.fields_before(fact))
    return f"{sentence}{_extra_clause(change, called)}."


def _extra_clause(change: Change, called: NameLookup) -> str:
    if change.direction in {"easier", "harder"}:
        return f", which is {change.direction}"
    return _check_in_clause(change.kind, change.check_in, called) if change.check_in else ""


def _check_in_clause(kind: str, check_in: Fields, called: NameLookup) -> str:
    """Whose check-in it is, where another may have changed it, and how late."""
    late = (
        f", {pluralize(check_in['days_after_cycle'], 'day')} after the end of its cycle" if check_in["days_after_cycle"] else ""
    )
    match kind:
        case "check_in_after_seal":
            return f", for {check_in['measured_on']}, after its cycle was sealed: no number of it changes"
        case "late_check_in":
            return f", for {check_in['measured_on']}{late}"
        case "backdated_check_in":
            return f", for {check_in['measured_on']}, {pluralize(check_in['days_back'], 'day')} before it was recorded"
    return f"; {called(check_in['author'])} had recorded it {pluralize(check_in['days_later'], 'day')} before{late}"
