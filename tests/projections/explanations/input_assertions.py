"""Assertions about the events behind an input: facts of its kind, one of which states its value."""

from decimal import Decimal
from uuid import UUID

from eventsourcing.persistence import StoredEvent

CHECK_IN_EVENTS = {"KeyResult.CheckedIn", "KeyResult.CheckInCorrected"}
DEFINED, REVISED, CAPTURED = "KeyResult.Defined", "KeyResult.TargetRevised", "KeyResult.BaselineCaptured"
CYCLE_EVENTS = {"Cycle.Created", "Cycle.PolicyChanged", "Cycle.Closed"}
METRIC_EVENTS = {DEFINED, REVISED, CAPTURED, *CHECK_IN_EVENTS}
CADENCE_EVENTS = {"KeyResult.CadenceSet", "Unit.CadenceSet", "Unit.Moved"}
SCORE_EVENTS = {"KeyResult.Scored", "KeyResult.ScoreCorrected"}
EVENTS_BY_INPUT = {
    "v": {DEFINED, *CHECK_IN_EVENTS},
    "b": {DEFINED, CAPTURED, *CHECK_IN_EVENTS},
    "r": {DEFINED},
    "t": METRIC_EVENTS,
    "low": {DEFINED, REVISED},
    "high": {DEFINED, REVISED},
    "w": {DEFINED, "KeyResult.Reweighted", "Alignment.Linked", "Alignment.Reweighted"},
    "s": {DEFINED, *SCORE_EVENTS},
    "met": CHECK_IN_EVENTS,
    "periods": {DEFINED, *CYCLE_EVENTS} | CADENCE_EVENTS,
    "share": CYCLE_EVENTS,
    "e": {"Cycle.Created"},
    "d": {"Cycle.Created"},
    "n": {"Cycle.Created"},
}
VALUES_BY_INPUT = {
    "v": lambda event: getattr(event, "value", None),
    "b": lambda event: _metric(event).get("baseline"),
    "t": lambda event: _metric(event).get("target"),
    "r": lambda event: _metric(event).get("relative"),
    "w": lambda event: event.weight,
    "s": lambda event: getattr(event, "score", None),
}


def _metric(event):
    return getattr(event, "metric", {})


def assert_input_fits(name, given, rows, mapper):
    """`rows` are the facts by their positions."""
    kind = name.rstrip("0123456789")
    if kind == "p":
        return
    found = [rows[place] for place in given["positions"]]
    assert {row.type for row in found} <= EVENTS_BY_INPUT[kind], (name, given)
    if kind not in VALUES_BY_INPUT or given["value"] is None or "step" in given or given.get("not_started"):
        return
    said = [VALUES_BY_INPUT[kind](_event(row, mapper)) for row in found]
    assert Decimal(given["value"]) in [Decimal(each) for each in said if each is not None], (name, given)


def _event(row, mapper):
    return mapper.to_domain_event(StoredEvent(UUID(row.stream_id), row.version, row.type, row.state.encode()))
