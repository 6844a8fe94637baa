"""The map as a Mermaid flowchart, short enough that a map of some hundred objectives stays under Mermaid's own limits."""

from collections.abc import Iterator
from itertools import count
from json import dumps
from typing import Any

from projections.okr_map import alt_text, heading
from projections.okr_map.map_model import Band, Link, MapModel
from projections.store.links import CONTRIBUTING_KINDS
from projections.text import words

JsonObject = dict[str, Any]
ARROWS = {"vertical": "-->", "explicit": "==>", "horizontal": "-.->", "strategic": "--o", "directional": "-.-o"}
SAFE_CHARACTERS = set(" .,()-")
MAX_LABEL_LENGTH, MAX_KEY_RESULT_LENGTH = 80, 50
CLASS_STYLES = {"draft": "stroke-dasharray:6 4", "cancelled": "stroke-dasharray:2 3,opacity:0.6", "closed": "stroke-width:3px"}


def render(answer: JsonObject) -> str:
    """The Mermaid text of an alignment tree's graph."""
    contents = MapModel(answer)
    writer = _Writer(contents)
    top = ["---", f"title: {dumps(words.single_line(contents.name))}", "---", "flowchart BT"]
    top += ["  accTitle: OKR map", f"  accDescr: {heading.describe_moment(contents)}"]
    return "\n".join(
        [*top, *(line for band in contents.bands for line in writer.render_band(band)), *writer.render_links(), ""]
    )


def quote_label(text: str, longest: int = MAX_LABEL_LENGTH) -> str:
    """Words for a label: whatever Mermaid could take for its own is written as the number of its character."""
    plain = words.single_line(text)
    short = plain if len(plain) <= longest else plain[: longest - 1].rstrip() + "\u2026"
    return "".join(_escape_character(character) for character in short)


def _escape_character(character: str) -> str:
    safe = not character.isascii() or character.isalnum() or character in SAFE_CHARACTERS
    return character if safe else f"#{ord(character)};"


class _Writer:
    """Gives cards short names: ids would make a text of some hundred cards too long for Mermaid."""

    def __init__(self, contents: MapModel) -> None:
        self.model = contents
        numbers = count(1)
        self.node_names = {id: f"n{next(numbers)}" for band in contents.bands for group in band.groups for id in group.cards}
        self.key_result_nodes = {link.key_result: f"n{next(numbers)}" for link in contents.links if link.key_result}

    def render_band(self, band: Band) -> Iterator[str]:
        for number, group in enumerate(band.groups):
            yield f'  subgraph {band.level}{number}["{quote_label(group.name)}"]'
            for card in group.cards:
                yield from self._render_card(card)
            yield "  end"

    def _render_card(self, id: str) -> Iterator[str]:
        objective = self.model.objectives.get(id)
        if objective is None:
            yield f'    {self.node_names[id]}(["{quote_label(words.display_title(self.model.priorities[id]))}"])'
            return
        parts = [
            _describe_health(objective),
            f"<b>{quote_label(words.display_title(objective))}</b>",
            *map(_describe_key_result, objective["key_results"]),
        ]
        yield f'    {self.node_names[id]}["{"<br/>".join(parts)}"]'
        for part in objective["key_results"]:
            if part["id"] in self.key_result_nodes:
                yield f'    {self.key_result_nodes[part["id"]]}(["{_describe_key_result(part)}"])'

    def render_links(self) -> Iterator[str]:
        for id, name in self.key_result_nodes.items():
            yield f"  {name} --- {self.node_names[self.model.objective_by_key_result[str(id)]]}"
        for link in self.model.links:
            end = self.key_result_nodes[link.key_result] if link.key_result else self.node_names[link.parent]
            yield f"  {self.node_names[link.child]} {ARROWS[link.kind]}{_link_label(link)} {end}"
        for state, look in CLASS_STYLES.items():
            found = [self.node_names[id] for id, each in self.model.objectives.items() if each["state"] == state]
            if found:
                yield f"  classDef {state} {look}"
                yield f"  class {','.join(found)} {state}"


def _describe_health(objective: JsonObject) -> str:
    state = [words.humanize(objective["state"])] if objective["state"] in words.BADGED_STATES else []
    told = [words.HEALTH_LABELS[words.effective_health(objective)], words.format_progress(objective) or "not started"]
    return quote_label(", ".join([*told, words.FOCUS_LABELS[objective["focus"]], *state]))


def _describe_key_result(part: JsonObject) -> str:
    told = [
        quote_label(words.display_title(part), MAX_KEY_RESULT_LENGTH),
        quote_label(words.format_progress(part) or words.EMPTY_VALUE),
        words.HEALTH_LABELS[words.effective_health(part)],
    ]
    return " \u2022 ".join(
        [*told, *alt_text.describe_weight(part["weight"]), *(["cancelled"] if part["state"] == "cancelled" else [])]
    )


def _link_label(link: Link) -> str:
    told = [] if link.kind in CONTRIBUTING_KINDS else [words.LINK_LABELS[link.kind]]
    label = ", ".join([*told, *alt_text.describe_state(link), *alt_text.describe_weight(link.weight)])
    return f'|"{quote_label(label)}"|' if label else ""
