"""Kinds: what each fact changes, and which facts change no plan or can move numbers."""

import re

KINDS = {
    "Unit.Created": "unit_added",
    "Unit.Renamed": "unit_renamed",
    "Unit.VisionStated": "vision_stated",
    "Unit.MissionStated": "mission_stated",
    "Unit.Moved": "unit_moved",
    "Unit.CadenceSet": "unit_cadence_set",
    "Priority.Set": "priority_added",
    "Priority.Renamed": "priority_renamed",
    "Priority.Described": "priority_described",
    "Priority.PerspectiveChanged": "perspective_changed",
    "Priority.HorizonMoved": "horizon_moved",
    "Priority.Reassigned": "priority_reassigned",
    "Priority.Retired": "priority_retired",
    "Cycle.Created": "cycle_added",
    "Cycle.Activated": "cycle_activated",
    "Cycle.PolicyChanged": "policy_changed",
    "Cycle.Closed": "cycle_closed",
    "Cycle.Sealed": "cycle_sealed",
    "Objective.Created": "objective_added",
    "Objective.Agreed": "objective_agreed",
    "Objective.Renamed": "objective_renamed",
    "Objective.Described": "objective_described",
    "Objective.CommitmentChanged": "commitment_changed",
    "Objective.Prioritised": "focus_changed",
    "Objective.ProgressDriverChanged": "progress_driver_changed",
    "Objective.Reassigned": "objective_reassigned",
    "Objective.Cancelled": "objective_dropped",
    "Objective.Closed": "objective_closed",
    "KeyResult.Defined": "key_result_added",
    "KeyResult.Renamed": "key_result_renamed",
    "KeyResult.Described": "key_result_described",
    "KeyResult.DeadlineMoved": "deadline_moved",
    "KeyResult.Reweighted": "key_result_reweighted",
    "KeyResult.Reassigned": "key_result_reassigned",
    "KeyResult.TargetRevised": "target_moved",
    "KeyResult.BaselineCaptured": "baseline_captured",
    "KeyResult.CadenceSet": "key_result_cadence_set",
    "KeyResult.CheckInCorrected": "check_in_corrected",
    "KeyResult.CheckInRetracted": "check_in_retracted",
    "KeyResult.Scored": "scored",
    "KeyResult.ScoreCorrected": "score_corrected",
    "KeyResult.ContributorNamed": "contributor_named",
    "KeyResult.ContributorReleased": "contributor_released",
    "KeyResult.Cancelled": "key_result_dropped",
    "Initiative.Started": "initiative_started",
    "Initiative.Completed": "initiative_completed",
    "Alignment.Linked": "linked",
    "Alignment.Reweighted": "link_reweighted",
    "Alignment.CapacityAsked": "capacity_asked",
    "Alignment.Confirmed": "link_confirmed",
    "Alignment.Declined": "link_declined",
    "Alignment.Ended": "link_ended",
}
CHECKED_IN = "KeyResult.CheckedIn"
AFTER_SEAL, LATE, BACKDATED = "check_in_after_seal", "late_check_in", "backdated_check_in"
"""The check-ins that are told among the changes: recorded after their cycle was sealed, after its end, or long after the day
that they speak of.
"""
EXCLUDED_EVENTS = {
    "Conversation.Opened": "markers",
    "Objective.WeightsSet": "markers",
    "Conversation.Commented": "comments",
    "Conversation.Answered": "comments",
    "Conversation.BlockerResolved": "blockers",
    "Review.Held": "reviews",
    "Review.AdjustmentsLinked": "reviews",
    "Review.DecisionCompleted": "reviews",
    CHECKED_IN: "check_ins",
}
"""Facts that change no plan, with the word under which they are counted. A marker says nothing that no other fact says."""
CHECK_IN_EVENTS = {CHECKED_IN, "KeyResult.CheckInCorrected", "KeyResult.CheckInRetracted"}
CONTRIBUTOR_EVENTS = {"KeyResult.ContributorNamed", "KeyResult.ContributorReleased"}
PROGRESS_EVENTS = {
    *CHECK_IN_EVENTS,
    "Alignment.Ended",
    "Alignment.Linked",
    "Alignment.Reweighted",
    "Cycle.PolicyChanged",
    "KeyResult.BaselineCaptured",
    "KeyResult.CadenceSet",
    "KeyResult.Cancelled",
    "KeyResult.Defined",
    "KeyResult.Reweighted",
    "KeyResult.TargetRevised",
    "Objective.Cancelled",
    "Objective.Created",
    "Objective.ProgressDriverChanged",
    "Unit.CadenceSet",
    "Unit.Moved",
}
"""Facts that can change somebody's progress."""


def change_kind(topic: str) -> str:
    """The kind of change; a fact without a word of its own is called by its name, `Cycle.Closed` `cycle_closed`."""
    return KINDS.get(topic) or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", topic.replace(".", "_")).lower()
