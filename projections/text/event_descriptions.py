"""Sentences: what each event says, in plain English."""

from collections.abc import Callable, Mapping
from typing import Any

from projections.text import phrases
from projections.text.phrases import NameLookup, SentenceContext, join_with_and, quote, with_spaces


def describe_event(fact: Mapping[str, Any], called: NameLookup, before: Mapping[str, Any] | None = None) -> str:
    """A fact in one sentence: who did what, and why where a reason is given.

    `fact` is as histories tell it, its words opened; `before` is what its thing, or the check-in it is about, said until then
    (a key result's `metric` and a cycle's `policy` as they are stored). Raises `KeyError` for a type that has no sentence.
    """
    said = SentenceContext(fact["fields"], before or {}, called, fact["subject_id"])
    why = f": {quote(fact['reason'])}" if fact["reason"] else ""
    return f"{called(fact['actor'])} {EVENT_DESCRIPTIONS[fact['type']](said)}{why}"


def _describe_unit_created(said: SentenceContext) -> str:
    below = f" below {said.name_in_field('parent_id')}" if said["parent_id"] else ""
    return f"created the {said['level']} {said['name']}{below}"


def _describe_objective_created(said: SentenceContext) -> str:
    how = "drafted" if said["draft"] else "created"
    unit = said.name_in_field("unit_id")
    return f"{how} the {said['commitment']} objective {quote(said['title'])} for {unit}{said.describe_owner()}"


def _describe_prioritised(said: SentenceContext) -> str:
    axes = [name if said[name] else f"not {name}" for name in ("urgent", "important")]
    return f"marked {said.subject_name} as {join_with_and(axes)}"


def _describe_key_result_defined(said: SentenceContext) -> str:
    what = f"{quote(said['title'])} of {said.name_in_field('objective_id')}"
    terms = f"{phrases.describe_metric(said['metric'])}, due {said['due_on']}{said.describe_owner()}"
    if said["origin"]:
        return f"carried {said.name_in_field('origin')} over as {what}: {terms}"
    return f"defined the key result {what}: {terms}"


def _describe_target_revised(said: SentenceContext) -> str:
    target, was = phrases.format_target(said["metric"]), phrases.format_target(said.before.get("metric"))
    return f"moved the target of {said.subject_name} {f'from {was} ' if was else ''}to {target}"


def _describe_baseline_captured(said: SentenceContext) -> str:
    if said["metric"]["baseline"] is None:
        return f"withdrew the baseline of {said.subject_name} with the check-in that it came from"
    return f"gave {said.subject_name} its baseline with the first value: {phrases.describe_metric(said['metric'])}"


def _describe_checked_in(said: SentenceContext) -> str:
    told = f"{phrases.describe_reported_value(said.fields, said.before.get('metric'))} on {said.subject_name}"
    return f"checked in{told}{phrases.describe_confidence(said.fields)}{phrases.describe_attached_texts(said.fields)}"


def _describe_check_in_corrected(said: SentenceContext) -> str:
    numbers = ("measured_on", "value", "confidence", "status")
    turns = [f"{with_spaces(name)} {said.describe_change(name, with_spaces)}" for name in numbers if said[name] is not None]
    words = ("milestones", "note", "wins", "blockers", "next_steps")
    anew = [with_spaces(name) for name in words if said[name] is not None]
    turns += [f"{join_with_and(anew)} anew"] if anew else []
    return f"corrected {said.lookup_name(said['check_in_id'])}, {'; '.join(turns)}"


def _describe_scored(said: SentenceContext) -> str:
    suggested = said["suggested"]
    told = [f"{suggested} was suggested"] if suggested not in (None, said["score"]) else []
    told += [with_spaces(said["decision"])] if said["decision"] else []
    more = f" ({', '.join(told)})" if told else ""
    return f"scored {said.subject_name} {said['score']}{more}{_describe_root_cause(said)}"


def _describe_root_cause(said: SentenceContext) -> str:
    return f", root cause {quote(said['root_cause'])}" if said["root_cause"] else ""


def _describe_contributor(said: SentenceContext) -> str:
    due = f", by {said['due_on']}" if said["due_on"] else ""
    part = {"lead": "leads", "support": "supports"}[said["role"]]
    return f"said that {said.name_in_field('person_id')} {part} {said.subject_name}{due}{said.quote_field('contribution')}"


def _describe_initiative_started(said: SentenceContext) -> str:
    due = f", due {said['due_on']}" if said["due_on"] else ""
    return (
        f"started the initiative {quote(said['title'])} for {said.name_in_field('key_result_id')}{due}{said.describe_owner()}"
    )


def _describe_alignment_linked(said: SentenceContext) -> str:
    child, parent, weight = said.name_in_field("child_id"), said.name_in_field("parent_id"), said["weight"]
    days = f" and needs {said['capacity']} person-days" if said["capacity"] else ""
    return {
        "vertical": f"let {child} contribute to {parent} with weight {weight}",
        "explicit": f"let {child} inherit {parent} with weight {weight}",
        "horizontal": f"proposed that {child} depends on {parent}{days}",
        "strategic": f"let {child} serve the priority {parent}",
        "directional": f"let {child} take {parent} as a guide",
    }[said["kind"]]


def _describe_confirmed(said: SentenceContext) -> str:
    days = f" with {said['agreed_capacity']} person-days" if said["agreed_capacity"] else ""
    return f"confirmed {said.subject_name}{days}{said.quote_field('agreement')}"


def _describe_commented(said: SentenceContext) -> str:
    how = {
        "feedback": "gave feedback on",
        "coaching": "coached on",
        "question": "asked about",
        "celebration": "celebrated",
    }[said["kind"]]
    return f"{how} {said.subject_name}{said.quote_field('text')}"


def _describe_policy_changed(said: SentenceContext) -> str:
    changed = phrases.describe_policy_changes(said.before.get("policy") or {}, said["policy"])
    return f"changed the policy of the cycle {said.subject_name}: {'; '.join(changed)}"


def _describe_sealed(said: SentenceContext) -> str:
    return f"sealed the report of the cycle {said.subject_name} as of position {said['position']}, SHA-256 {said['digest']}"


def _describe_cadence_set(said: SentenceContext) -> str:
    parts = [f"{with_spaces(name)} {part}" for name, part in sorted(said["cadence"].items())]
    return (
        f"set the cadence of {said.subject_name}: {join_with_and(parts)}"
        if parts
        else f"gave {said.subject_name} the cadence of what stands above it"
    )


def _describe_review_held(said: SentenceContext) -> str:
    told = [(said[name], noun) for name, noun in (("decisions", "decision"), ("lessons", "lesson"))]
    more = [phrases.pluralize(len(parts), noun) for parts, noun in told if parts]
    return f"recorded {said.subject_name}{f' with {join_with_and(more)}' if more else ''}"


def _describe_adjustments_linked(said: SentenceContext) -> str:
    places = [str(position) for position in said["adjustments"]]
    return f"linked {said.subject_name} to the adjustments at position{'s' if len(places) > 1 else ''} {join_with_and(places)}"


def _change_template(what: str, name: str) -> Callable[[SentenceContext], str]:
    return lambda said: f"changed the {what} of {said.subject_name} {said.describe_change(name, with_spaces)}"


def _rename_template(what: str, name: str = "title", show: Callable[[str], str] = quote) -> Callable[[SentenceContext], str]:
    return lambda said: f"renamed the {what} {said.describe_change(name, show)}"


def _statement_template(what: str, name: str = "description") -> Callable[[SentenceContext], str]:
    return lambda said: f"stated the {what} of {said.subject_name}{said.quote_field(name)}"


def _action_template(what: str, after: str = "") -> Callable[[SentenceContext], str]:
    return lambda said: f"{what} {said.subject_name}{after}"


def _describe_reassigned(said: SentenceContext) -> str:
    return f"handed {said.subject_name} {said.describe_transfer('owner')}"


EVENT_DESCRIPTIONS: dict[str, Callable[[SentenceContext], str]] = {
    "Unit.Created": _describe_unit_created,
    "Unit.Renamed": _rename_template("unit", "name", str),
    "Unit.VisionStated": _statement_template("vision", "vision"),
    "Unit.MissionStated": _statement_template("mission", "mission"),
    "Unit.CadenceSet": _describe_cadence_set,
    "Unit.Moved": lambda said: f"moved {said.subject_name} {said.describe_transfer('parent_id')}",
    "Priority.Set": lambda said: (
        f"set the strategic priority {quote(said['title'])} for {said['starts_on']} to {said['ends_on']}"
        f" ({with_spaces(said['perspective'])}){said.describe_owner()}"
    ),
    "Priority.Renamed": _rename_template("strategic priority"),
    "Priority.Described": _statement_template("description"),
    "Priority.PerspectiveChanged": _change_template("perspective", "perspective"),
    "Priority.HorizonMoved": lambda said: (
        f"moved the horizon of {said.subject_name},"
        f" its start {said.describe_change('starts_on')}, its end {said.describe_change('ends_on')}"
    ),
    "Priority.Reassigned": _describe_reassigned,
    "Priority.Retired": _action_template("retired the strategic priority"),
    "Cycle.Created": lambda said: f"created the cycle {said['name']}, {said['starts_on']} to {said['ends_on']}",
    "Cycle.Activated": _action_template("activated the cycle"),
    "Cycle.PolicyChanged": _describe_policy_changed,
    "Cycle.Closed": _action_template("closed the cycle"),
    "Cycle.Sealed": _describe_sealed,
    "Objective.Created": _describe_objective_created,
    "Objective.Agreed": lambda said: (
        f"recorded that {join_with_and(map(said.lookup_name, said['agreed_by']))} agreed to {said.subject_name}"
    ),
    "Objective.Renamed": _rename_template("objective"),
    "Objective.Described": _statement_template("description"),
    "Objective.CommitmentChanged": _change_template("commitment", "commitment"),
    "Objective.Prioritised": _describe_prioritised,
    "Objective.ProgressDriverChanged": _change_template("progress driver", "progress_driver"),
    "Objective.WeightsSet": _action_template("set the weights below", " together"),
    "Objective.Reassigned": _describe_reassigned,
    "Objective.Cancelled": _action_template("cancelled the objective"),
    "Objective.Closed": _action_template("closed the objective"),
    "KeyResult.Defined": _describe_key_result_defined,
    "KeyResult.Renamed": _rename_template("key result"),
    "KeyResult.Described": _statement_template("description"),
    "KeyResult.DeadlineMoved": _change_template("deadline", "due_on"),
    "KeyResult.Reweighted": _change_template("weight", "weight"),
    "KeyResult.Reassigned": _describe_reassigned,
    "KeyResult.TargetRevised": _describe_target_revised,
    "KeyResult.CadenceSet": _describe_cadence_set,
    "KeyResult.BaselineCaptured": _describe_baseline_captured,
    "KeyResult.CheckedIn": _describe_checked_in,
    "KeyResult.CheckInCorrected": _describe_check_in_corrected,
    "KeyResult.CheckInRetracted": lambda said: f"retracted {said.lookup_name(said['check_in_id'])}",
    "KeyResult.Scored": _describe_scored,
    "KeyResult.ScoreCorrected": lambda said: (
        f"corrected the score of {said.subject_name} {said.describe_change('score')}{_describe_root_cause(said)}"
    ),
    "KeyResult.ContributorNamed": _describe_contributor,
    "KeyResult.ContributorReleased": lambda said: (
        f"released {said.name_in_field('person_id')} from contributing to {said.subject_name}"
    ),
    "KeyResult.Cancelled": _action_template("cancelled the key result"),
    "Initiative.Started": _describe_initiative_started,
    "Initiative.Completed": lambda said: f"completed the initiative {said.subject_name} on {said['done_on']}",
    "Alignment.Linked": _describe_alignment_linked,
    "Alignment.Reweighted": _change_template("weight", "weight"),
    "Alignment.CapacityAsked": lambda said: (
        f"changed the person-days asked for by {said.subject_name} {said.describe_change('capacity')}"
    ),
    "Alignment.Confirmed": _describe_confirmed,
    "Alignment.Declined": _action_template("declined"),
    "Alignment.Ended": _action_template("ended"),
    "Conversation.Opened": lambda said: f"opened the conversation about {said.name_in_field('subject_id')}",
    "Conversation.Commented": _describe_commented,
    "Conversation.Answered": lambda said: f"answered a remark on {said.subject_name}{said.quote_field('text')}",
    "Conversation.BlockerResolved": lambda said: f"resolved {said.lookup_name(said['blocker_id'])} on {said['resolved_on']}",
    "Review.Held": _describe_review_held,
    "Review.AdjustmentsLinked": _describe_adjustments_linked,
    "Review.DecisionCompleted": lambda said: f"completed {said.lookup_name(said['decision_id'])} on {said['done_on']}",
    "Person.Erased": lambda _: "erased a person: what they were called, and their words",
}
"""What comes after the actor, by the event's stored name."""
