"""Alternatives: what the picture shows, in words, for those who hear it."""

from collections import Counter
from decimal import Decimal
from typing import Any

from projections.okr_map import heading
from projections.okr_map.map_model import Contents, Link
from projections.text import words

Thing = dict[str, Any]


def whole(contents: Contents) -> str:
    """The map as a whole: how much of everything is on it."""
    counts = [(len(contents.priorities), "strategic priorities"), (len(contents.objectives), "objectives")]
    counts += [(len(contents.key_results), "key results"), (len(contents.links), "links")]
    kinds = Counter(link.kind for link in contents.links)
    told = [", ".join(f"{count} {name}" for count, name in counts)]
    told += [f"Links: {_listed(f'{kinds[kind]} {words.KINDS[kind]}' for kind in words.KINDS if kinds[kind])}"] if kinds else []
    healths = _listed(f"{count} {words.HEALTH[health].lower()}" for health, count in heading.tally(contents))
    told += [f"Health of the objectives: {healths}"] if healths else ["There are no objectives to show"]
    return ". ".join([heading.moment(contents), *heading.creed(contents), *told]) + "."


def _listed(parts: Any) -> str:
    return ", ".join(parts)


def objective(contents: Contents, thing: Thing) -> str:
    unit = contents.units.get(thing["unit_id"])
    told = [words.titled(unit) if unit else "Unit not shown", f"{words.said(thing['state'])} objective", *_judged(thing)]
    told += [words.FOCUS[thing["focus"]], words.said(thing["commitment"])]
    told += ["No owner yet"] if thing["owner"] is None else []
    told += [f"Score {Decimal(thing['score']):.2f}"] if thing["score"] is not None else []
    told += [key_result(part) for part in thing["key_results"]]
    return ". ".join(told) + "."


def key_result(part: Thing) -> str:
    told = [f"Key result {quoted(part)}: {words.metric(part['metric'])}", *_judged(part)]
    told += ["cancelled"] if part["state"] == "cancelled" else []
    return ", ".join([*told, *weight(part["weight"])])


def priority(thing: Thing) -> str:
    told = [f"Strategic priority, {words.PERSPECTIVES[thing['perspective']].lower()}"]
    told += [text] if (text := words.plain(thing["description"])) else []
    told.append(f"From {thing['horizon']['starts_on']} to {thing['horizon']['ends_on']}")
    return ". ".join(told) + "."


def _judged(thing: Thing) -> list[str]:
    remarks = filter(None, [words.mismatch(thing), words.beyond(thing), words.unstarted(thing)])
    return [words.HEALTH[words.health(thing)], words.progress(thing) or "not started", *remarks]


def weight(weight: str | None) -> list[str]:
    if weight is None or not words.weighty(weight):
        return []
    return [f"weight {weight}" if Decimal(weight) else "weight 0, does not count"]


def state(link: Link) -> list[str]:
    return [link.state] if link.kind == "horizontal" or link.faded else []


def link(contents: Contents, link: Link) -> str:
    child, parent = contents.objectives[link.child], contents.objectives.get(link.parent)
    end = quoted(parent or contents.priorities[link.parent])
    if link.key_result:
        end = f"the key result {quoted(contents.key_results[link.key_result])} of {end}"
    elif parent is None:
        end = f"the priority {end}"
    return ", ".join([f"{quoted(child)} {words.KINDS[link.kind]} {end}", *state(link), *weight(link.weight)])


def quoted(thing: Thing) -> str:
    return f"\u201c{words.titled(thing)}\u201d"
