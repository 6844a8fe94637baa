"""Sentences: what each event says, in plain English."""

from collections.abc import Callable, Mapping
from typing import Any

from projections.text import phrases
from projections.text.phrases import Called, Wording, listed, quoted, spaced


def sentence(fact: Mapping[str, Any], called: Called, before: Mapping[str, Any] | None = None) -> str:
    """A fact in one sentence: who did what, and why where a reason is given.

    `fact` is as histories tell it, its words opened; `before` is what its thing, or the check-in it is about, said until then
    (a key result's `metric` and a cycle's `policy` as they are stored). Raises `KeyError` for a type that has no sentence.
    """
    said = Wording(fact["fields"], before or {}, called, fact["subject_id"])
    why = f": {quoted(fact['reason'])}" if fact["reason"] else ""
    return f"{called(fact['actor'])} {SENTENCES[fact['type']](said)}{why}"


def _unit_created(said: Wording) -> str:
    below = f" below {said.who('parent_id')}" if said["parent_id"] else ""
    return f"created the {said['level']} {said['name']}{below}"


def _objective_created(said: Wording) -> str:
    how = "drafted" if said["draft"] else "created"
    return f"{how} the {said['commitment']} objective {quoted(said['title'])} for {said.who('unit_id')}{said.owned()}"


def _prioritised(said: Wording) -> str:
    axes = [name if said[name] else f"not {name}" for name in ("urgent", "important")]
    return f"marked {said.it} as {listed(axes)}"


def _key_result_defined(said: Wording) -> str:
    what = f"{quoted(said['title'])} of {said.who('objective_id')}"
    if said["origin"]:
        return f"carried {said.who('origin')} over as {what}: {phrases.aim(said['metric'])}, due {said['due_on']}{said.owned()}"
    return f"defined the key result {what}: {phrases.aim(said['metric'])}, due {said['due_on']}{said.owned()}"


def _target_revised(said: Wording) -> str:
    target, was = phrases.goal(said["metric"]), phrases.goal(said.before.get("metric"))
    return f"moved the target of {said.it} {f'from {was} ' if was else ''}to {target}"


def _baseline_captured(said: Wording) -> str:
    if said["metric"]["baseline"] is None:
        return f"withdrew the baseline of {said.it} with the check-in that it came from"
    return f"gave {said.it} its baseline with the first value: {phrases.aim(said['metric'])}"


def _checked_in(said: Wording) -> str:
    told = f"{phrases.report(said.fields, said.before.get('metric'))} on {said.it}"
    return f"checked in{told}{phrases.outlook(said.fields)}{phrases.enclosed(said.fields)}"


def _corrected(said: Wording) -> str:
    numbers = ("measured_on", "value", "confidence", "status")
    turns = [f"{spaced(name)} {said.turn(name, spaced)}" for name in numbers if said[name] is not None]
    words = ("milestones", "note", "wins", "blockers", "next_steps")
    anew = [spaced(name) for name in words if said[name] is not None]
    turns += [f"{listed(anew)} anew"] if anew else []
    return f"corrected {said.called(said['check_in_id'])}, {'; '.join(turns)}"


def _scored(said: Wording) -> str:
    suggested = said["suggested"]
    told = [f"{suggested} was suggested"] if suggested not in (None, said["score"]) else []
    told += [spaced(said["decision"])] if said["decision"] else []
    more = f" ({', '.join(told)})" if told else ""
    return f"scored {said.it} {said['score']}{more}{_because(said)}"


def _because(said: Wording) -> str:
    return f", root cause {quoted(said['root_cause'])}" if said["root_cause"] else ""


def _contributor_named(said: Wording) -> str:
    due = f", by {said['due_on']}" if said["due_on"] else ""
    part = {"lead": "leads", "support": "supports"}[said["role"]]
    return f"said that {said.who('person_id')} {part} {said.it}{due}{said.saying('contribution')}"


def _initiative_started(said: Wording) -> str:
    due = f", due {said['due_on']}" if said["due_on"] else ""
    return f"started the initiative {quoted(said['title'])} for {said.who('key_result_id')}{due}{said.owned()}"


def _linked(said: Wording) -> str:
    child, parent, weight = said.who("child_id"), said.who("parent_id"), said["weight"]
    days = f" and needs {said['capacity']} person-days" if said["capacity"] else ""
    return {
        "vertical": f"let {child} contribute to {parent} with weight {weight}",
        "explicit": f"let {child} inherit {parent} with weight {weight}",
        "horizontal": f"proposed that {child} depends on {parent}{days}",
        "strategic": f"let {child} serve the priority {parent}",
        "directional": f"let {child} take {parent} as a guide",
    }[said["kind"]]


def _confirmed(said: Wording) -> str:
    days = f" with {said['agreed_capacity']} person-days" if said["agreed_capacity"] else ""
    return f"confirmed {said.it}{days}{said.saying('agreement')}"


def _commented(said: Wording) -> str:
    how = {
        "feedback": "gave feedback on",
        "coaching": "coached on",
        "question": "asked about",
        "celebration": "celebrated",
    }[said["kind"]]
    return f"{how} {said.it}{said.saying('text')}"


def _policy_changed(said: Wording) -> str:
    changed = phrases.differences(said.before.get("policy") or {}, said["policy"])
    return f"changed the policy of the cycle {said.it}: {'; '.join(changed)}"


def _sealed(said: Wording) -> str:
    return f"sealed the report of the cycle {said.it} as of position {said['position']}, SHA-256 {said['digest']}"


def _cadence_set(said: Wording) -> str:
    parts = [f"{spaced(name)} {part}" for name, part in sorted(said["cadence"].items())]
    return f"set the cadence of {said.it}: {listed(parts)}" if parts else f"gave {said.it} the cadence of what stands above it"


def _review_held(said: Wording) -> str:
    told = [(said[name], noun) for name, noun in (("decisions", "decision"), ("lessons", "lesson"))]
    more = [phrases.counted(len(parts), noun) for parts, noun in told if parts]
    return f"recorded {said.it}{f' with {listed(more)}' if more else ''}"


def _adjusted(said: Wording) -> str:
    places = [str(position) for position in said["adjustments"]]
    return f"linked {said.it} to the adjustments at position{'s' if len(places) > 1 else ''} {listed(places)}"


def _turned(what: str, name: str) -> Callable[[Wording], str]:
    return lambda said: f"changed the {what} of {said.it} {said.turn(name, spaced)}"


def _renamed(what: str, name: str = "title", show: Callable[[str], str] = quoted) -> Callable[[Wording], str]:
    return lambda said: f"renamed the {what} {said.turn(name, show)}"


def _described(what: str, name: str = "description") -> Callable[[Wording], str]:
    return lambda said: f"stated the {what} of {said.it}{said.saying(name)}"


def _did(what: str, after: str = "") -> Callable[[Wording], str]:
    return lambda said: f"{what} {said.it}{after}"


def _reassigned(said: Wording) -> str:
    return f"handed {said.it} {said.hands('owner')}"


SENTENCES: dict[str, Callable[[Wording], str]] = {
    "Unit.Created": _unit_created,
    "Unit.Renamed": _renamed("unit", "name", str),
    "Unit.VisionStated": _described("vision", "vision"),
    "Unit.MissionStated": _described("mission", "mission"),
    "Unit.CadenceSet": _cadence_set,
    "Unit.Moved": lambda said: f"moved {said.it} {said.hands('parent_id')}",
    "Priority.Set": lambda said: (
        f"set the strategic priority {quoted(said['title'])} for {said['starts_on']} to {said['ends_on']}"
        f" ({spaced(said['perspective'])}){said.owned()}"
    ),
    "Priority.Renamed": _renamed("strategic priority"),
    "Priority.Described": _described("description"),
    "Priority.PerspectiveChanged": _turned("perspective", "perspective"),
    "Priority.HorizonMoved": lambda said: (
        f"moved the horizon of {said.it}, its start {said.turn('starts_on')}, its end {said.turn('ends_on')}"
    ),
    "Priority.Reassigned": _reassigned,
    "Priority.Retired": _did("retired the strategic priority"),
    "Cycle.Created": lambda said: f"created the cycle {said['name']}, {said['starts_on']} to {said['ends_on']}",
    "Cycle.Activated": _did("activated the cycle"),
    "Cycle.PolicyChanged": _policy_changed,
    "Cycle.Closed": _did("closed the cycle"),
    "Cycle.Sealed": _sealed,
    "Objective.Created": _objective_created,
    "Objective.Agreed": lambda said: f"recorded that {listed(map(said.called, said['agreed_by']))} agreed to {said.it}",
    "Objective.Renamed": _renamed("objective"),
    "Objective.Described": _described("description"),
    "Objective.CommitmentChanged": _turned("commitment", "commitment"),
    "Objective.Prioritised": _prioritised,
    "Objective.ProgressDriverChanged": _turned("progress driver", "progress_driver"),
    "Objective.WeightsSet": _did("set the weights below", " together"),
    "Objective.Reassigned": _reassigned,
    "Objective.Cancelled": _did("cancelled the objective"),
    "Objective.Closed": _did("closed the objective"),
    "KeyResult.Defined": _key_result_defined,
    "KeyResult.Renamed": _renamed("key result"),
    "KeyResult.Described": _described("description"),
    "KeyResult.DeadlineMoved": _turned("deadline", "due_on"),
    "KeyResult.Reweighted": _turned("weight", "weight"),
    "KeyResult.Reassigned": _reassigned,
    "KeyResult.TargetRevised": _target_revised,
    "KeyResult.CadenceSet": _cadence_set,
    "KeyResult.BaselineCaptured": _baseline_captured,
    "KeyResult.CheckedIn": _checked_in,
    "KeyResult.CheckInCorrected": _corrected,
    "KeyResult.CheckInRetracted": lambda said: f"retracted {said.called(said['check_in_id'])}",
    "KeyResult.Scored": _scored,
    "KeyResult.ScoreCorrected": lambda said: f"corrected the score of {said.it} {said.turn('score')}{_because(said)}",
    "KeyResult.ContributorNamed": _contributor_named,
    "KeyResult.ContributorReleased": lambda said: f"released {said.who('person_id')} from contributing to {said.it}",
    "KeyResult.Cancelled": _did("cancelled the key result"),
    "Initiative.Started": _initiative_started,
    "Initiative.Completed": lambda said: f"completed the initiative {said.it} on {said['done_on']}",
    "Alignment.Linked": _linked,
    "Alignment.Reweighted": _turned("weight", "weight"),
    "Alignment.CapacityAsked": lambda said: f"changed the person-days asked for by {said.it} {said.turn('capacity')}",
    "Alignment.Confirmed": _confirmed,
    "Alignment.Declined": _did("declined"),
    "Alignment.Ended": _did("ended"),
    "Conversation.Opened": lambda said: f"opened the conversation about {said.who('subject_id')}",
    "Conversation.Commented": _commented,
    "Conversation.Answered": lambda said: f"answered a remark on {said.it}{said.saying('text')}",
    "Conversation.BlockerResolved": lambda said: f"resolved {said.called(said['blocker_id'])} on {said['resolved_on']}",
    "Review.Held": _review_held,
    "Review.AdjustmentsLinked": _adjusted,
    "Review.DecisionCompleted": lambda said: f"completed {said.called(said['decision_id'])} on {said['done_on']}",
    "Person.Erased": lambda _: "erased a person: what they were called, and their words",
}
"""What comes after the actor, by the event's stored name."""
