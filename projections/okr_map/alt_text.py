"""Alternatives: what the picture shows, in words, for those who hear it."""

from collections import Counter
from decimal import Decimal
from typing import Any

from projections.okr_map import heading
from projections.okr_map.map_model import Link, MapModel
from projections.text import words

JsonObject = dict[str, Any]


def describe_map(contents: MapModel) -> str:
    """The map as a whole: how much of everything is on it."""
    counts = [(len(contents.priorities), "strategic priorities"), (len(contents.objectives), "objectives")]
    counts += [(len(contents.key_results), "key results"), (len(contents.links), "links")]
    kinds = Counter(link.kind for link in contents.links)
    told = [", ".join(f"{count} {name}" for count, name in counts)]
    told += (
        [f"Links: {_join(f'{kinds[kind]} {words.LINK_LABELS[kind]}' for kind in words.LINK_LABELS if kinds[kind])}"]
        if kinds
        else []
    )
    healths = _join(f"{count} {words.HEALTH_LABELS[health].lower()}" for health, count in heading.count_healths(contents))
    told += [f"Health of the objectives: {healths}"] if healths else ["There are no objectives to show"]
    return ". ".join([heading.describe_moment(contents), *heading.vision_and_mission(contents), *told]) + "."


def _join(parts: Any) -> str:
    return ", ".join(parts)


def describe_objective(contents: MapModel, thing: JsonObject) -> str:
    unit = contents.units.get(thing["unit_id"])
    told = [
        words.display_title(unit) if unit else "Unit not shown",
        f"{words.humanize(thing['state'])} objective",
        *_describe_health(thing),
    ]
    told += [words.FOCUS_LABELS[thing["focus"]], words.humanize(thing["commitment"])]
    told += ["No owner yet"] if thing["owner"] is None else []
    told += [f"Score {Decimal(thing['score']):.2f}"] if thing["score"] is not None else []
    told += [describe_key_result(part) for part in thing["key_results"]]
    return ". ".join(told) + "."


def describe_key_result(part: JsonObject) -> str:
    told = [f"Key result {quote_title(part)}: {words.describe_metric(part['metric'])}", *_describe_health(part)]
    told += ["cancelled"] if part["state"] == "cancelled" else []
    return ", ".join([*told, *describe_weight(part["weight"])])


def describe_priority(thing: JsonObject) -> str:
    told = [f"Strategic priority, {words.PERSPECTIVE_LABELS[thing['perspective']].lower()}"]
    told += [text] if (text := words.single_line(thing["description"])) else []
    told.append(f"From {thing['horizon']['starts_on']} to {thing['horizon']['ends_on']}")
    return ". ".join(told) + "."


def _describe_health(thing: JsonObject) -> list[str]:
    remarks = filter(
        None, [words.describe_health_mismatch(thing), words.describe_out_of_range(thing), words.describe_unstarted(thing)]
    )
    return [words.HEALTH_LABELS[words.effective_health(thing)], words.format_progress(thing) or "not started", *remarks]


def describe_weight(weight: str | None) -> list[str]:
    if weight is None or not words.has_custom_weight(weight):
        return []
    return [f"weight {weight}" if Decimal(weight) else "weight 0, does not count"]


def describe_state(link: Link) -> list[str]:
    return [link.state] if link.kind == "horizontal" or link.faded else []


def describe_link(contents: MapModel, link: Link) -> str:
    child, parent = contents.objectives[link.child], contents.objectives.get(link.parent)
    end = quote_title(parent or contents.priorities[link.parent])
    if link.key_result:
        end = f"the key result {quote_title(contents.key_results[link.key_result])} of {end}"
    elif parent is None:
        end = f"the priority {end}"
    return ", ".join(
        [f"{quote_title(child)} {words.LINK_LABELS[link.kind]} {end}", *describe_state(link), *describe_weight(link.weight)]
    )


def quote_title(thing: JsonObject) -> str:
    return f"\u201c{words.display_title(thing)}\u201d"
