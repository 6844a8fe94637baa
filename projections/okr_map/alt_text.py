"""The alternative texts of the map and of its objectives, priorities and links."""

from collections import Counter
from decimal import Decimal

from okr_events.json_types import JsonObject
from projections.okr_map import heading
from projections.okr_map.map_model import UNKNOWN_UNIT, Link, MapModel
from projections.text import labels
from projections.text.phrases import pluralize


def describe_map(model: MapModel) -> str:
    """The alternative text of the whole map: its moment, vision, counts and health."""
    priorities = "1 strategic priority" if len(model.priorities) == 1 else f"{len(model.priorities)} strategic priorities"
    counts = [(len(model.objectives), "objective"), (len(model.key_results), "key result"), (len(model.links), "link")]
    kinds = Counter(link.kind for link in model.links)
    healths = ", ".join(f"{count} {labels.HEALTH_LABELS[health].lower()}" for health, count in heading.count_healths(model))
    sentences = [heading.describe_moment(model), *heading.vision_and_mission(model)]
    sentences.append(", ".join([priorities, *(pluralize(count, noun) for count, noun in counts)]))
    if kinds:
        links = ", ".join(f"{kinds[kind]} \u201c{label}\u201d" for kind, label in labels.LINK_LABELS.items() if kinds[kind])
        sentences.append(f"Links: {links}")
    sentences.append(f"Health of the objectives: {healths}" if healths else heading.NO_OBJECTIVES)
    return ". ".join(sentences) + "."


def describe_objective(model: MapModel, objective: JsonObject) -> str:
    unit = model.units.get(objective["unit_id"])
    sentences = [labels.display_title(unit) if unit else UNKNOWN_UNIT, f"{labels.humanize(objective['state'])} objective"]
    sentences += [
        *_describe_health(objective),
        labels.FOCUS_LABELS[objective["focus"]],
        labels.humanize(objective["commitment"]),
    ]
    sentences += ["No owner yet"] if objective["owner"] is None else []
    sentences += [f"Score {objective['score']}"] if objective["score"] is not None else []
    return ". ".join([*sentences, *map(describe_key_result, objective["key_results"])]) + "."


def describe_key_result(key_result: JsonObject) -> str:
    phrases = [f"Key result {quote_title(key_result)}: {labels.describe_metric(key_result['metric'])}"]
    phrases += [*_describe_health(key_result), *(["cancelled"] if key_result["state"] == "cancelled" else [])]
    return ", ".join([*phrases, *describe_weight(key_result["weight"])])


def describe_priority(priority: JsonObject) -> str:
    sentences = [f"Strategic priority, {labels.PERSPECTIVE_LABELS[priority['perspective']].lower()}"]
    sentences += [text] if (text := labels.single_line(priority["description"])) else []
    sentences.append(f"From {priority['horizon']['starts_on']} to {priority['horizon']['ends_on']}")
    return ". ".join(sentences) + "."


def list_remarks(item: JsonObject) -> list[str]:
    """What is unusual about the progress and health of an objective or key result."""
    remarks = labels.describe_health_mismatch(item), labels.describe_out_of_range(item), labels.describe_unstarted(item)
    return [remark for remark in remarks if remark]


def _describe_health(item: JsonObject) -> list[str]:
    health, progress = labels.HEALTH_LABELS[labels.effective_health(item)], labels.format_progress(item)
    return [health, progress or "not started", *list_remarks(item)]


def describe_weight(weight: str | None) -> list[str]:
    if weight is None or not labels.has_custom_weight(weight):
        return []
    return [f"weight {weight}" if Decimal(weight) else "weight 0, does not count"]


def describe_state(link: Link) -> list[str]:
    return [link.state] if link.kind == "horizontal" or link.faded else []


def describe_link(model: MapModel, link: Link) -> str:
    child, parent = model.objectives[link.child], model.objectives.get(link.parent)
    target = quote_title(parent or model.priorities[link.parent])
    if link.key_result:
        target = f"the key result {quote_title(model.key_results[link.key_result])} of {target}"
    elif parent is None:
        target = f"the priority {target}"
    sentence = f"{quote_title(child)} {labels.LINK_LABELS[link.kind]} {target}"
    return ", ".join([sentence, *describe_state(link), *describe_weight(link.weight)])


def quote_title(item: JsonObject) -> str:
    return f"\u201c{labels.display_title(item)}\u201d"
