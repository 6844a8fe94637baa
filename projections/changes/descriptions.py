"""Describes changes: the sentence of the event, with what only the comparison of rows shows."""

from okr_events.json_types import JsonObject
from projections.changes.change import Change
from projections.changes.row_diff import Fields
from projections.event_catalog import describe_event
from projections.text.names import NameHistory
from projections.text.phrases import NameLookup, pluralize


def describe_change(change: Change, fact: JsonObject, names: NameHistory) -> str:
    """The sentence of a change without its reason; `fact` is the change's own with decrypted texts."""
    lookup_name = names.names_at(change.position)
    sentence = describe_event({**fact, "reason": None}, lookup_name, names.fields_before(fact))
    return f"{sentence}{_extra_clause(change, lookup_name)}."


def _extra_clause(change: Change, lookup_name: NameLookup) -> str:
    if change.direction in {"easier", "harder"}:
        return f", which is {change.direction}"
    return _check_in_clause(change.kind, change.check_in, lookup_name) if change.check_in else ""


def _check_in_clause(kind: str, check_in: Fields, lookup_name: NameLookup) -> str:
    """The delay of a check-in; for a correction or retraction also the author and time of the check-in."""
    day, days_after = check_in["measured_on"], check_in["days_after_cycle"]
    after_cycle = f", {pluralize(days_after, 'day')} after the end of its cycle" if days_after else ""
    match kind:
        case "check_in_after_seal":
            return f", for {day}, after its cycle was sealed: the numbers of the cycle do not change"
        case "check_in_after_end":
            return f", for {day}{after_cycle}"
        case "backdated_check_in":
            return f", for {day}, {pluralize(check_in['days_back'], 'day')} before it was recorded"
    recorded = f"recorded by {lookup_name(check_in['author'])} {pluralize(check_in['days_later'], 'day')} earlier"
    return f", {recorded}{after_cycle}"
