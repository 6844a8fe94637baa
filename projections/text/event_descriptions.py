"""What each event did, as the part of a sentence that follows the actor's name."""

from projections.text import phrases
from projections.text.phrases import SentenceContext, join_with_and, quote, with_spaces


def describe_unit_created(event: SentenceContext) -> str:
    parent = f" below {event.name_in_field('parent_id')}" if event["parent_id"] else ""
    return f"created the {event['level']} {event['name']}{parent}"


def describe_time_zone_changed(event: SentenceContext) -> str:
    change = event.describe_change("time_zone")
    return f"changed the time zone of {event.subject_name} {change}, from {event['time_zone_from']} on"


def describe_cadence_set(event: SentenceContext) -> str:
    parts = [f"{with_spaces(name)} {part}" for name, part in sorted(event["cadence"].items())]
    if not parts:
        return f"reset {event.subject_name} to the inherited cadence"
    return f"set the cadence of {event.subject_name}: {join_with_and(parts)}"


def describe_priority_set(event: SentenceContext) -> str:
    horizon = f"{event['starts_on']} to {event['ends_on']} ({with_spaces(event['perspective'])})"
    return f"set the strategic priority {quote(event['title'])} for {horizon}{event.describe_owner()}"


def describe_horizon_moved(event: SentenceContext) -> str:
    starts, ends = event.describe_change("starts_on"), event.describe_change("ends_on")
    return f"moved the horizon of {event.subject_name}, its start {starts}, its end {ends}"


def describe_cycle_created(event: SentenceContext) -> str:
    return f"created the cycle {event['name']}, {event['starts_on']} to {event['ends_on']}"


def describe_policy_changed(event: SentenceContext) -> str:
    changes = phrases.describe_policy_changes(event.before.get("policy") or {}, event["policy"])
    return f"changed the policy of the cycle {event.subject_name}: {'; '.join(changes)}"


def describe_sealed(event: SentenceContext) -> str:
    return f"sealed the report of the cycle {event.subject_name} as of position {event['position']}, SHA-256 {event['digest']}"


def describe_objective_created(event: SentenceContext) -> str:
    verb = "drafted" if event["draft"] else "created"
    unit = event.name_in_field("unit_id")
    return f"{verb} the {event['commitment']} objective {quote(event['title'])} for {unit}{event.describe_owner()}"


def describe_agreed(event: SentenceContext) -> str:
    return f"recorded that {join_with_and(map(event.lookup_name, event['agreed_by']))} agreed to {event.subject_name}"


def describe_prioritised(event: SentenceContext) -> str:
    axes = [name if event[name] else f"not {name}" for name in ("urgent", "important")]
    return f"marked {event.subject_name} as {join_with_and(axes)}"


def describe_key_result_defined(event: SentenceContext) -> str:
    goal = f"{quote(event['title'])} of {event.name_in_field('objective_id')}"
    terms = f"{phrases.describe_metric(event['metric'])}, deadline {event['due_on']}{event.describe_owner()}"
    if event["origin"]:
        return f"carried {event.name_in_field('origin')} over as {goal}: {terms}"
    return f"defined the key result {goal}: {terms}"


def describe_target_revised(event: SentenceContext) -> str:
    before, after = phrases.format_target(event.before.get("metric")), phrases.format_target(event["metric"])
    return f"moved the target of {event.subject_name} {f'from {before} ' if before else ''}to {after}"


def describe_baseline_captured(event: SentenceContext) -> str:
    if event["metric"]["baseline"] is None:
        return f"withdrew the baseline of {event.subject_name} with the check-in that it came from"
    return f"captured the baseline of {event.subject_name} from its first value: {phrases.describe_metric(event['metric'])}"


def describe_checked_in(event: SentenceContext) -> str:
    value = f"{phrases.describe_reported_value(event.fields, event.before.get('metric'))} on {event.subject_name}"
    return f"checked in{value}{phrases.describe_confidence(event.fields)}{phrases.describe_attached_texts(event.fields)}"


def describe_check_in_corrected(event: SentenceContext) -> str:
    values = [name for name in ("measured_on", "value", "confidence", "status") if event[name] is not None]
    texts = [name for name in ("milestones", "note", "wins", "blockers", "next_steps") if event[name] is not None]
    changes = [f"{with_spaces(name)} {event.describe_change(name, with_spaces)}" for name in values]
    changes += [f"new {join_with_and(map(with_spaces, texts))}"] if texts else []
    changes += [f"without the {join_with_and(event['withdrawn'])}"] if event["withdrawn"] else []
    return f"corrected {event.lookup_name(event['check_in_id'])}, {'; '.join(changes)}"


def describe_scored(event: SentenceContext) -> str:
    suggested, decision = event["suggested"], event["decision"]
    details = [f"{suggested} was suggested"] if suggested not in (None, event["score"]) else []
    details += [with_spaces(decision)] if decision else []
    return f"scored {event.subject_name} {event['score']}{phrases.in_brackets(details)}{_describe_root_cause(event)}"


def describe_score_corrected(event: SentenceContext) -> str:
    return f"corrected the score of {event.subject_name} {event.describe_change('score')}{_describe_root_cause(event)}"


def _describe_root_cause(event: SentenceContext) -> str:
    return f", root cause {quote(event['root_cause'])}" if event["root_cause"] else ""


def describe_contributor_named(event: SentenceContext) -> str:
    role = {"lead": "lead", "support": "supporting"}[event["role"]]
    due = f", by {event['due_on']}" if event["due_on"] else ""
    person = event.name_in_field("person_id")
    return f"added {person} as a {role} contributor to {event.subject_name}{due}{event.quote_field('contribution')}"


def describe_contributor_released(event: SentenceContext) -> str:
    return f"released {event.name_in_field('person_id')} from contributing to {event.subject_name}"


def describe_initiative_started(event: SentenceContext) -> str:
    due = f", deadline {event['due_on']}" if event["due_on"] else ""
    key_result = event.name_in_field("key_result_id")
    return f"started the initiative {quote(event['title'])} for {key_result}{due}{event.describe_owner()}"


def describe_initiative_completed(event: SentenceContext) -> str:
    return f"completed the initiative {event.subject_name} on {event['done_on']}"


def describe_alignment_linked(event: SentenceContext) -> str:
    child, parent, weight = event.name_in_field("child_id"), event.name_in_field("parent_id"), event["weight"]
    days = f" and needs {event['capacity']} person-days" if event["capacity"] else ""
    return {
        "vertical": f"linked {child} to {parent} as a contribution with weight {weight}",
        "explicit": f"linked {child} to {parent}, which it inherits with weight {weight}",
        "horizontal": f"proposed that {child} depends on {parent}{days}",
        "strategic": f"linked {child} to the strategic priority {parent}",
        "directional": f"linked {child} to {parent} as a guide",
    }[event["kind"]]


def describe_capacity_requested(event: SentenceContext) -> str:
    if event["capacity"] is None:
        return f"withdrew the person-days requested for {event.subject_name}"
    return f"changed the person-days requested for {event.subject_name} {event.describe_change('capacity')}"


def describe_confirmed(event: SentenceContext) -> str:
    days = f" with {event['agreed_capacity']} person-days" if event["agreed_capacity"] else ""
    return f"confirmed {event.subject_name}{days}{event.quote_field('agreement')}"


def describe_conversation_started(event: SentenceContext) -> str:
    return f"opened the conversation about {event.name_in_field('subject_id')}"


def describe_commented(event: SentenceContext) -> str:
    verb = {
        "feedback": "gave feedback on",
        "coaching": "gave coaching on",
        "question": "asked a question about",
        "celebration": "celebrated",
    }[event["kind"]]
    return f"{verb} {event.subject_name}{event.quote_field('text')}"


def describe_answered(event: SentenceContext) -> str:
    return f"answered a comment on {event.subject_name}{event.quote_field('text')}"


def describe_review_held(event: SentenceContext) -> str:
    lists = [(event[name], noun) for name, noun in (("decisions", "decision"), ("lessons", "lesson"))]
    counts = [phrases.pluralize(len(items), noun) for items, noun in lists if items]
    return f"recorded {event.subject_name}{f' with {join_with_and(counts)}' if counts else ''}"


def describe_adjustments_linked(event: SentenceContext) -> str:
    positions = [str(position) for position in event["adjustments"]]
    plural = "s" if len(positions) > 1 else ""
    return f"linked {event.subject_name} to the adjustments at position{plural} {join_with_and(positions)}"


def describe_clock_accepted(_: SentenceContext) -> str:
    return "accepted that recorded times lead the clock, and rise by a microsecond until it catches up"


def describe_erased(_: SentenceContext) -> str:
    return "erased a person's name, e-mail address and texts"
