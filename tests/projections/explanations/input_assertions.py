"""What must stand behind each input of a formula: facts of its kind, and among them one that says its value."""

from decimal import Decimal
from uuid import UUID

from eventsourcing.persistence import StoredEvent

SAID = {"KeyResult.CheckedIn", "KeyResult.CheckInCorrected"}
DEFINED, REVISED, CAPTURED = "KeyResult.Defined", "KeyResult.TargetRevised", "KeyResult.BaselineCaptured"
CYCLES = {"Cycle.Created", "Cycle.PolicyChanged", "Cycle.Closed"}
ENDS = {DEFINED, REVISED, CAPTURED, *SAID}
CADENCES = {"KeyResult.CadenceSet", "Unit.CadenceSet", "Unit.Moved"}
SCORED = {"KeyResult.Scored", "KeyResult.ScoreCorrected"}
KINDS = {
    "v": {DEFINED, *SAID},
    "b": {DEFINED, CAPTURED, *SAID},
    "r": {DEFINED},
    "t": ENDS,
    "low": {DEFINED, REVISED},
    "high": {DEFINED, REVISED},
    "w": {DEFINED, "KeyResult.Reweighted", "Alignment.Linked", "Alignment.Reweighted"},
    "s": {DEFINED, *SCORED},
    "met": SAID,
    "periods": {DEFINED, *CYCLES} | CADENCES,
    "share": CYCLES,
    "e": {"Cycle.Created"},
    "d": {"Cycle.Created"},
    "n": {"Cycle.Created"},
}
SPOKEN = {
    "v": lambda event: getattr(event, "value", None),
    "b": lambda event: _metric(event).get("baseline"),
    "t": lambda event: _metric(event).get("target"),
    "r": lambda event: _metric(event).get("relative"),
    "w": lambda event: event.weight,
    "s": lambda event: getattr(event, "score", None),
}


def _metric(event):
    return getattr(event, "metric", {})


def check_input(name, given, rows, mapper):
    """`rows` are the facts by their positions."""
    kind = name.rstrip("0123456789")
    if kind == "p":
        return
    found = [rows[place] for place in given["positions"]]
    assert {row.type for row in found} <= KINDS[kind], (name, given)
    if kind not in SPOKEN or given["value"] is None or "step" in given or given.get("not_started"):
        return
    said = [SPOKEN[kind](_event(row, mapper)) for row in found]
    assert Decimal(given["value"]) in [Decimal(each) for each in said if each is not None], (name, given)


def _event(row, mapper):
    return mapper.to_domain_event(StoredEvent(UUID(row.stream_id), row.version, row.type, row.state.encode()))
