"""The map as a Mermaid flowchart, short enough for some hundred objectives within the limits of Mermaid."""

import re
from collections.abc import Iterator
from itertools import count
from json import dumps

from okr_events.json_types import JsonObject
from projections.okr_map import alt_text, heading
from projections.okr_map.map_model import Band, Link, MapModel
from projections.store.link_conditions import CONTRIBUTING_KINDS
from projections.text import labels

ARROWS = {"vertical": "-->", "explicit": "==>", "horizontal": "-.->", "strategic": "--o", "directional": "-.-o"}
SAFE_CHARACTERS = set(" .,()-")
WORD_JOINER = "\u2060"
"""An invisible character that is neither a space nor punctuation for Markdown."""
LOOK_ALIKES = str.maketrans("`*~", "\u02cb\u2217\u223c")
BLOCK_START = re.compile(r"(?=[-+#>=|]|\d{1,9}[.)])")
INLINE_JOINTS = re.compile(r"(?<=\])(?=[(\[:])|(?=://)|(?<=www)(?=\.)|(?=@)|(?<=\\)|(?=_)|(?<=_)", re.IGNORECASE)
"""Where Markdown would begin a list, a heading or a quote, and where it would find a link, an escape or an emphasis."""
MAX_LABEL_LENGTH, MAX_KEY_RESULT_LENGTH = 80, 50
CLASS_STYLES = {"draft": "stroke-dasharray:6 4", "cancelled": "stroke-dasharray:2 3,opacity:0.6", "closed": "stroke-width:3px"}


def render(graph: JsonObject) -> str:
    model = MapModel(graph)
    writer = _Writer(model)
    lines = ["---", f"title: {dumps(labels.single_line(model.name))}", "---", "flowchart BT"]
    lines += ["  accTitle: OKR map", f"  accDescr: {heading.describe_moment(model)}"]
    lines += [line for band in model.bands for line in writer.render_band(band)]
    return "\n".join([*lines, *writer.render_links(), ""])


def quote_label(text: str, max_length: int = MAX_LABEL_LENGTH) -> str:
    """The text of a label with all special characters escaped as character numbers, and nothing that Markdown changes."""
    plain = labels.single_line(text)
    short = plain if len(plain) <= max_length else plain[: max_length - 1].rstrip() + "\u2026"
    return "".join(_escape_character(character) for character in _defuse_markdown(short))


def _defuse_markdown(text: str) -> str:
    """The text for Mermaid 11, which reads labels as Markdown even after decoding character numbers."""
    joined = INLINE_JOINTS.sub(WORD_JOINER, text.translate(LOOK_ALIKES))
    return WORD_JOINER + joined if BLOCK_START.match(joined) else joined


def _escape_character(character: str) -> str:
    safe = not character.isascii() or character.isalnum() or character in SAFE_CHARACTERS
    return character if safe else f"#{ord(character)};"


class _Writer:
    """Renders bands and links with short node names: ids would make large maps too long for Mermaid."""

    def __init__(self, model: MapModel) -> None:
        self.model = model
        numbers = count(1)
        self.node_names = {id: f"n{next(numbers)}" for band in model.bands for group in band.groups for id in group.cards}
        self.key_result_nodes = {link.key_result: f"n{next(numbers)}" for link in model.links if link.key_result}

    def render_band(self, band: Band) -> Iterator[str]:
        for number, group in enumerate(band.groups):
            yield f'  subgraph {band.level}{number}["{quote_label(group.name)}"]'
            for card in group.cards:
                yield from self._render_card(card)
            yield "  end"

    def _render_card(self, id: str) -> Iterator[str]:
        objective = self.model.objectives.get(id)
        if objective is None:
            yield f'    {self.node_names[id]}(["{quote_label(labels.display_title(self.model.priorities[id]))}"])'
            return
        lines = [_describe_health(objective), f"<b>{quote_label(labels.display_title(objective))}</b>"]
        lines += map(_describe_key_result, objective["key_results"])
        yield f'    {self.node_names[id]}["{"<br/>".join(lines)}"]'
        for part in objective["key_results"]:
            if part["id"] in self.key_result_nodes:
                yield f'    {self.key_result_nodes[part["id"]]}(["{_describe_key_result(part)}"])'

    def render_links(self) -> Iterator[str]:
        for id, name in self.key_result_nodes.items():
            yield f"  {name} --- {self.node_names[self.model.objective_by_key_result[str(id)]]}"
        for link in self.model.links:
            target = self.key_result_nodes[link.key_result] if link.key_result else self.node_names[link.parent]
            yield f"  {self.node_names[link.child]} {ARROWS[link.kind]}{_link_label(link)} {target}"
        for state, style in CLASS_STYLES.items():
            nodes = [self.node_names[id] for id, item in self.model.objectives.items() if item["state"] == state]
            if nodes:
                yield f"  classDef {state} {style}"
                yield f"  class {','.join(nodes)} {state}"


def _describe_health(objective: JsonObject) -> str:
    state = [labels.humanize(objective["state"])] if objective["state"] in labels.BADGED_STATES else []
    health = [labels.HEALTH_LABELS[labels.effective_health(objective)], labels.format_progress(objective) or "not started"]
    return quote_label(", ".join([*health, labels.FOCUS_LABELS[objective["focus"]], *state]))


def _describe_key_result(part: JsonObject) -> str:
    title = quote_label(labels.display_title(part), MAX_KEY_RESULT_LENGTH)
    progress = quote_label(labels.format_progress(part) or labels.EMPTY_VALUE)
    facts = [title, progress, labels.HEALTH_LABELS[labels.effective_health(part)], *alt_text.describe_weight(part["weight"])]
    return " \u2022 ".join([*facts, *(["cancelled"] if part["state"] == "cancelled" else [])])


def _link_label(link: Link) -> str:
    kind = [] if link.kind in CONTRIBUTING_KINDS else [labels.LINK_LABELS[link.kind]]
    label = ", ".join([*kind, *alt_text.describe_state(link), *alt_text.describe_weight(link.weight)])
    return f'|"{quote_label(label)}"|' if label else ""
