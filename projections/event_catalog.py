"""The event catalogue: one entry for each stored event name, with everything that the read side knows about the event."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from okr_events.json_types import JsonObject
from projections.text import event_descriptions as text
from projections.text import sentence_templates as template
from projections.text.phrases import NameLookup, SentenceContext, quote
from projections.text.sentence_templates import Describe


@dataclass(frozen=True, slots=True)
class EventEntry:
    """What an event means to sentences, change lists, numbers, aligned objectives and explanations.

    `change_kind`: its kind in change lists. `excluded_as`: the counter of `left_out` that it raises instead of being listed.
    `moves`: the numbers that it can change; whatever moves progress can move health and scores too.
    `propagates`: whether the histories of aligned objectives show it.
    `evidence`: the input of an explained number that it sets.
    `row`: the row that it changes, where that is not the row of its aggregate.
    """

    describe: Describe
    change_kind: str | None = None
    excluded_as: str | None = None
    moves: Literal["progress", "health_or_score"] | None = None
    propagates: bool = False
    evidence: Literal["weight", "baseline", "target", "driver", "policy", "cadence", "end"] | None = None
    row: Literal["aggregate", "check_in", "contributor"] = "aggregate"


CATALOG: dict[str, EventEntry] = {
    "Unit.Created": EventEntry(text.describe_unit_created, "unit_added"),
    "Unit.Renamed": EventEntry(template.rename("unit", "name", str), "unit_renamed"),
    "Unit.VisionStated": EventEntry(template.statement("vision", "vision"), "vision_stated"),
    "Unit.MissionStated": EventEntry(template.statement("mission", "mission"), "mission_stated"),
    "Unit.TimeZoneChanged": EventEntry(text.describe_time_zone_changed, "time_zone_changed"),
    "Unit.CadenceSet": EventEntry(text.describe_cadence_set, "unit_cadence_set", moves="progress", evidence="cadence"),
    "Unit.Moved": EventEntry(template.transfer("moved", "parent_id"), "unit_moved", moves="progress", evidence="cadence"),
    "Priority.Set": EventEntry(text.describe_priority_set, "priority_added"),
    "Priority.Renamed": EventEntry(template.rename("strategic priority"), "priority_renamed"),
    "Priority.Described": EventEntry(template.statement("description"), "priority_described"),
    "Priority.PerspectiveChanged": EventEntry(template.change("perspective", "perspective"), "perspective_changed"),
    "Priority.HorizonMoved": EventEntry(text.describe_horizon_moved, "horizon_moved"),
    "Priority.Reassigned": EventEntry(template.transfer("reassigned", "owner"), "priority_reassigned"),
    "Priority.Retired": EventEntry(template.action("retired the strategic priority"), "priority_retired"),
    "Cycle.Created": EventEntry(text.describe_cycle_created, "cycle_added", evidence="policy"),
    "Cycle.Activated": EventEntry(template.action("activated the cycle"), "cycle_activated"),
    "Cycle.PolicyChanged": EventEntry(text.describe_policy_changed, "policy_changed", moves="progress", evidence="policy"),
    "Cycle.Closed": EventEntry(template.action("closed the cycle"), "cycle_closed", moves="health_or_score", evidence="end"),
    "Cycle.Sealed": EventEntry(text.describe_sealed, "cycle_sealed", moves="health_or_score"),
    "Objective.Created": EventEntry(text.describe_objective_created, "objective_added", evidence="driver"),
    "Objective.Agreed": EventEntry(text.describe_agreed, "objective_agreed"),
    "Objective.Renamed": EventEntry(template.rename("objective"), "objective_renamed"),
    "Objective.Described": EventEntry(template.statement("description"), "objective_described"),
    "Objective.CommitmentChanged": EventEntry(template.change("commitment", "commitment"), "commitment_changed"),
    "Objective.Prioritised": EventEntry(text.describe_prioritised, "focus_changed"),
    "Objective.ProgressDriverChanged": EventEntry(
        template.change("progress driver", "progress_driver"),
        "progress_driver_changed",
        moves="progress",
        propagates=True,
        evidence="driver",
    ),
    "Objective.WeightsSet": EventEntry(template.action("set the weights below", " together"), excluded_as="markers"),
    "Objective.Reassigned": EventEntry(template.transfer("reassigned", "owner"), "objective_reassigned", propagates=True),
    "Objective.Cancelled": EventEntry(
        template.action("cancelled the objective"), "objective_dropped", moves="progress", propagates=True, evidence="end"
    ),
    "Objective.Closed": EventEntry(
        template.action("closed the objective"), "objective_closed", moves="health_or_score", propagates=True, evidence="end"
    ),
    "KeyResult.Defined": EventEntry(text.describe_key_result_defined, "key_result_added", moves="progress", evidence="weight"),
    "KeyResult.Renamed": EventEntry(template.rename("key result"), "key_result_renamed"),
    "KeyResult.Described": EventEntry(template.statement("description"), "key_result_described"),
    "KeyResult.DeadlineMoved": EventEntry(template.change("deadline", "due_on"), "deadline_moved"),
    "KeyResult.Reweighted": EventEntry(
        template.change("weight", "weight"), "key_result_reweighted", moves="progress", propagates=True, evidence="weight"
    ),
    "KeyResult.Reassigned": EventEntry(template.transfer("reassigned", "owner"), "key_result_reassigned", propagates=True),
    "KeyResult.TargetRevised": EventEntry(
        text.describe_target_revised, "target_moved", moves="progress", propagates=True, evidence="target"
    ),
    "KeyResult.CadenceSet": EventEntry(
        text.describe_cadence_set, "key_result_cadence_set", moves="progress", evidence="cadence"
    ),
    "KeyResult.BaselineCaptured": EventEntry(
        text.describe_baseline_captured, "baseline_captured", moves="progress", evidence="baseline"
    ),
    "KeyResult.CheckedIn": EventEntry(text.describe_checked_in, excluded_as="check_ins", moves="progress", row="check_in"),
    "KeyResult.CheckInCorrected": EventEntry(
        text.describe_check_in_corrected, "check_in_corrected", moves="progress", row="check_in"
    ),
    "KeyResult.CheckInRetracted": EventEntry(
        template.part("retracted", "check_in_id"), "check_in_retracted", moves="progress", row="check_in"
    ),
    "KeyResult.Scored": EventEntry(text.describe_scored, "scored", moves="health_or_score"),
    "KeyResult.ScoreCorrected": EventEntry(text.describe_score_corrected, "score_corrected", moves="health_or_score"),
    "KeyResult.ContributorNamed": EventEntry(text.describe_contributor_named, "contributor_named", row="contributor"),
    "KeyResult.ContributorReleased": EventEntry(text.describe_contributor_released, "contributor_released", row="contributor"),
    "KeyResult.Cancelled": EventEntry(
        template.action("cancelled the key result"), "key_result_dropped", moves="progress", propagates=True, evidence="end"
    ),
    "Initiative.Started": EventEntry(text.describe_initiative_started, "initiative_started"),
    "Initiative.Completed": EventEntry(text.describe_initiative_completed, "initiative_completed"),
    "Alignment.Linked": EventEntry(
        text.describe_alignment_linked, "linked", moves="progress", propagates=True, evidence="weight"
    ),
    "Alignment.Reweighted": EventEntry(
        template.change("weight", "weight"), "link_reweighted", moves="progress", propagates=True, evidence="weight"
    ),
    "Alignment.CapacityAsked": EventEntry(text.describe_capacity_requested, "capacity_asked"),
    "Alignment.Confirmed": EventEntry(text.describe_confirmed, "link_confirmed"),
    "Alignment.Declined": EventEntry(template.action("declined"), "link_declined"),
    "Alignment.Ended": EventEntry(template.action("ended"), "link_ended", moves="progress", propagates=True, evidence="end"),
    "Conversation.Opened": EventEntry(text.describe_conversation_started, excluded_as="markers"),
    "Conversation.Commented": EventEntry(text.describe_commented, excluded_as="comments"),
    "Conversation.Answered": EventEntry(text.describe_answered, excluded_as="comments"),
    "Conversation.BlockerResolved": EventEntry(template.part("resolved", "blocker_id", "resolved_on"), excluded_as="blockers"),
    "Review.Held": EventEntry(text.describe_review_held, excluded_as="reviews"),
    "Review.AdjustmentsLinked": EventEntry(text.describe_adjustments_linked, excluded_as="reviews"),
    "Review.DecisionCompleted": EventEntry(template.part("completed", "decision_id", "done_on"), excluded_as="reviews"),
    "Person.Erased": EventEntry(text.describe_erased, "person_erased"),
    "Clock.Accepted": EventEntry(text.describe_clock_accepted, "clock_accepted"),
    "Clock.AcceptedAgain": EventEntry(text.describe_clock_accepted, "clock_accepted_again"),
}
"""Entries by stored event name."""


def event_names(predicate: Callable[[EventEntry], object]) -> tuple[str, ...]:
    """The stored names of the events whose entries satisfy a predicate, in the order of the catalogue."""
    return tuple(name for name, entry in CATALOG.items() if predicate(entry))


def describe_event(fact: JsonObject, lookup_name: NameLookup, before: JsonObject | None = None) -> str:
    """One sentence without its full stop: who did what, and the reason where one is given.

    `fact` is serialized as in histories, with decrypted texts. `before` holds the fields of its subject right before it (of the
    corrected check-in for a correction), with `metric` and `policy` as stored.
    """
    context = SentenceContext(fact["fields"], before or {}, lookup_name, fact["subject_id"])
    reason = f": {quote(fact['reason'])}" if fact["reason"] else ""
    return f"{lookup_name(fact['actor'])} {CATALOG[fact['type']].describe(context)}{reason}"
