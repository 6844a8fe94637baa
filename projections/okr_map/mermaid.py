"""The map as a Mermaid flowchart, short enough that a map of some hundred objectives stays under Mermaid's own limits."""

from collections.abc import Iterator
from itertools import count
from json import dumps
from typing import Any

from projections.okr_map import alt_text, heading
from projections.okr_map.map_model import Band, Contents, Link
from projections.text import words

Thing = dict[str, Any]
ARROWS = {"vertical": "-->", "explicit": "==>", "horizontal": "-.->", "strategic": "--o", "directional": "-.-o"}
PLAIN = set(" .,()-")
LONGEST, SHORTER = 80, 50
CLASSES = {"draft": "stroke-dasharray:6 4", "cancelled": "stroke-dasharray:2 3,opacity:0.6", "closed": "stroke-width:3px"}


def written(answer: Thing) -> str:
    """The Mermaid text of an alignment tree's graph."""
    contents = Contents(answer)
    writer = _Writer(contents)
    top = ["---", f"title: {dumps(words.plain(contents.name))}", "---", "flowchart BT"]
    top += ["  accTitle: OKR map", f"  accDescr: {heading.moment(contents)}"]
    return "\n".join([*top, *(line for band in contents.bands for line in writer.band(band)), *writer.links(), ""])


def quoted(text: str, longest: int = LONGEST) -> str:
    """Words for a label: whatever Mermaid could take for its own is written as the number of its character."""
    plain = words.plain(text)
    short = plain if len(plain) <= longest else plain[: longest - 1].rstrip() + "\u2026"
    return "".join(_numbered(character) for character in short)


def _numbered(character: str) -> str:
    safe = not character.isascii() or character.isalnum() or character in PLAIN
    return character if safe else f"#{ord(character)};"


class _Writer:
    """Gives cards short names: ids would make a text of some hundred cards too long for Mermaid."""

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        numbers = count(1)
        self.names = {id: f"n{next(numbers)}" for band in contents.bands for group in band.groups for id in group.cards}
        self.ends = {link.key_result: f"n{next(numbers)}" for link in contents.links if link.key_result}

    def band(self, band: Band) -> Iterator[str]:
        for number, group in enumerate(band.groups):
            yield f'  subgraph {band.level}{number}["{quoted(group.name)}"]'
            for card in group.cards:
                yield from self._card(card)
            yield "  end"

    def _card(self, id: str) -> Iterator[str]:
        objective = self.contents.objectives.get(id)
        if objective is None:
            yield f'    {self.names[id]}(["{quoted(words.titled(self.contents.priorities[id]))}"])'
            return
        parts = [_judged(objective), f"<b>{quoted(words.titled(objective))}</b>", *map(_key_result, objective["key_results"])]
        yield f'    {self.names[id]}["{"<br/>".join(parts)}"]'
        for part in objective["key_results"]:
            if part["id"] in self.ends:
                yield f'    {self.ends[part["id"]]}(["{_key_result(part)}"])'

    def links(self) -> Iterator[str]:
        for id, name in self.ends.items():
            yield f"  {name} --- {self.names[self.contents.homes[str(id)]]}"
        for link in self.contents.links:
            end = self.ends[link.key_result] if link.key_result else self.names[link.parent]
            yield f"  {self.names[link.child]} {ARROWS[link.kind]}{_label(link)} {end}"
        for state, look in CLASSES.items():
            found = [self.names[id] for id, each in self.contents.objectives.items() if each["state"] == state]
            if found:
                yield f"  classDef {state} {look}"
                yield f"  class {','.join(found)} {state}"


def _judged(objective: Thing) -> str:
    state = [words.said(objective["state"])] if objective["state"] in words.SHOWN else []
    told = [words.HEALTH[words.health(objective)], words.progress(objective) or "not started"]
    return quoted(", ".join([*told, words.FOCUS[objective["focus"]], *state]))


def _key_result(part: Thing) -> str:
    told = [
        quoted(words.titled(part), SHORTER),
        quoted(words.progress(part) or words.NOTHING),
        words.HEALTH[words.health(part)],
    ]
    return " \u2022 ".join([*told, *alt_text.weight(part["weight"]), *(["cancelled"] if part["state"] == "cancelled" else [])])


def _label(link: Link) -> str:
    told = [] if link.kind in {"vertical", "explicit"} else [words.KINDS[link.kind]]
    label = ", ".join([*told, *alt_text.state(link), *alt_text.weight(link.weight)])
    return f'|"{quoted(label)}"|' if label else ""
