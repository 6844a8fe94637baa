"""Invariants of every log, checked over its facts from first to last."""

import json
from collections import Counter, defaultdict

REASON_REQUIRED_ONCE_AGREED = {
    "Objective.Reassigned",
    "Objective.Cancelled",
    "KeyResult.TargetRevised",
    "KeyResult.Reweighted",
    "KeyResult.Reassigned",
    "KeyResult.Cancelled",
    "Alignment.Reweighted",
    "Alignment.Ended",
}
ENDING_EVENTS = {"Objective.Cancelled", "KeyResult.Cancelled", "Priority.Retired"}
ALLOWED_AFTER_SEAL = {
    "Cycle.Sealed",
    "KeyResult.CheckedIn",
    "KeyResult.CheckInCorrected",
    "KeyResult.CheckInRetracted",
    "KeyResult.BaselineCaptured",
    "KeyResult.Scored",
    "KeyResult.ScoreCorrected",
}


def read_facts(log):
    """Return the position, topic, stream, fields (ids in hexadecimal) and reason of each event."""
    after = 0
    while page := log.events_after(after=after, limit=500):
        for event in page:
            fields = {name: _to_plain_value(field) for name, field in json.loads(event.state).items()}
            yield event.position, event.topic, event.originator_id.hex, fields, json.loads(event.envelope).get("reason")
        after = page[-1].position


def _to_plain_value(field):
    return field["_data_"] if isinstance(field, dict) and "_data_" in field else field


def newest_stream(log, topic):
    """Return the stream of the last such event."""
    return [id for _, found, id, _, _ in read_facts(log) if found == topic][-1]


def assert_no_circle(log):
    """No objective contributes to itself, even through a key result, and no unit is below itself."""
    above = defaultdict(dict)
    for position, topic, id, fields, _ in read_facts(log):
        if topic == "Alignment.Linked" and fields["kind"] in {"vertical", "explicit"}:
            above[fields["child_id"]][id] = fields["parent_id"]
            assert fields["child_id"] not in _reachable_from(above, fields["parent_id"]), f"a circle at {position}"
        if topic == "KeyResult.Defined":
            above[id][id] = fields["objective_id"]
        if topic in {"Unit.Created", "Unit.Moved"} and fields["parent_id"]:
            above[id][id] = fields["parent_id"]
            assert id not in _reachable_from(above, fields["parent_id"]), f"a circle at {position}"
        if topic == "Alignment.Ended":
            for links in above.values():
                links.pop(id, None)
        if topic in ENDING_EVENTS:
            above[id].clear()


def _reachable_from(above, first):
    found, waiting = set(), [first]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += above[node].values()
    return found


def assert_nothing_after_an_end(log):
    """Cancelled and retired goals, and key results of cancelled objectives, accept no change and no link."""
    ended, objective_of = set(), {}
    for position, topic, id, fields, _ in read_facts(log):
        if topic == "KeyResult.Defined":
            objective_of[id] = fields["objective_id"]
        touched = {id, fields.get("key_result_id")}
        touched |= {fields["child_id"], fields["parent_id"]} if topic == "Alignment.Linked" else set()
        touched |= {objective_of.get(each) for each in touched}
        assert not ended & touched, f"{topic} at {position}"
        if topic in ENDING_EVENTS:
            ended.add(id)


def assert_no_value_after_inheritance(log):
    """No check-in or correction of an inherited key result states a value. Returns how many did before it was inherited."""
    heirs, inherited, stated = {}, defaultdict(set), 0
    for position, topic, id, fields, _ in read_facts(log):
        if topic == "Alignment.Linked" and fields["kind"] == "explicit":
            heirs[id] = fields["parent_id"]
            inherited[fields["parent_id"]].add(id)
        if topic == "Alignment.Ended":
            inherited[heirs.get(id)].discard(id)
        if topic in {"KeyResult.CheckedIn", "KeyResult.CheckInCorrected"} and fields["value"] is not None:
            assert not inherited[id], f"a value at {position}"
            stated += 1
    return stated


def assert_reasons_after_agreement(log):
    """Every change that needs a reason has one, unless it changes a draft. Returns the number without reasons."""
    drafts, objective_of, without = set(), {}, 0
    for position, topic, id, fields, reason in read_facts(log):
        if topic == "Objective.Created":
            objective_of[id] = id
            drafts |= {id} if fields["draft"] else set()
        if topic == "KeyResult.Defined":
            objective_of[id] = fields["objective_id"]
        if topic == "Alignment.Linked":
            objective_of[id] = fields["child_id"]
        if topic == "Objective.Agreed":
            drafts.remove(id)
        if topic in REASON_REQUIRED_ONCE_AGREED and not reason:
            assert objective_of[id] in drafts, f"{topic} at {position}"
            without += 1
    return without


def assert_limit_held(most, log, topic, *place):
    """A place never holds more live members of this kind than allowed. Returns the final number."""
    held, place_of = Counter(), {}
    for position, what, id, fields, _ in read_facts(log):
        if what == topic:
            place_of[id] = tuple(fields[name] for name in place)
            held[place_of[id]] += 1
            assert held[place_of[id]] <= most, f"{what} at {position}"
        if what in ENDING_EVENTS and id in place_of:
            held[place_of.pop(id)] -= 1
    return held


def assert_closed_for_good(log):
    """A cycle is closed once and sealed once, with a score for each live key result; no later fact changes its goals.

    Returns the numbers of closed and of sealed cycles.
    """
    cycle_of, objective_of, upper, ended, unscored = {}, {}, {}, set(), defaultdict(set)
    counts = {"Cycle.Closed": Counter(), "Cycle.Sealed": Counter()}
    for position, topic, id, fields, _ in read_facts(log):
        if topic in {"Objective.Created", "KeyResult.Defined"}:
            cycle_of[id] = fields["cycle_id"]
        if topic == "KeyResult.Defined":
            objective_of[id] = fields["objective_id"]
            unscored[fields["cycle_id"]].add(id)
        if topic == "Alignment.Linked":
            upper[id] = fields["parent_id"]
        about = upper.get(id, id)
        touched = {cycle_of.get(about, about)} | ({cycle_of.get(fields["child_id"])} if topic == "Alignment.Linked" else set())
        assert topic in ALLOWED_AFTER_SEAL or not touched & counts["Cycle.Closed"].keys(), f"{topic} at {position}"
        if topic == "KeyResult.Scored":
            unscored[cycle_of[id]].discard(id)
        if topic in ENDING_EVENTS:
            ended.add(id)
        if topic == "Cycle.Closed":
            assert not {each for each in unscored[id] if not ended & {each, objective_of[each]}}, f"unscored at {position}"
        if topic in counts:
            counts[topic][id] += 1
            assert counts[topic][id] == 1, f"{topic} again at {position}"
    return tuple(len(each) for each in counts.values())
