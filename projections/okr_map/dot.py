"""The map as Graphviz DOT: levels as ranks, units as clusters, key results as rows to which links can lead."""

from collections.abc import Iterator
from html import escape
from itertools import pairwise
from typing import Any

from projections.okr_map import alt_text, heading
from projections.okr_map.map_model import Band, Link, MapModel
from projections.okr_map.palette import BAND_COLOURS, FADED, HEALTH_COLOURS, STROKES
from projections.text import words
from projections.text.text_metrics import wrap_text

JsonObject = dict[str, Any]
LABEL_WIDTH, FONT_SIZE, MAX_LINES = 260, 12, 6
EDGE_STYLES = {
    "vertical": ("solid", "normal", "{0}"),
    "explicit": ("bold", "diamond", "{0}"),
    "horizontal": ("dashed", "dot", "{0}"),
    "strategic": ("dotted", "empty", "{0}"),
    "directional": ("solid", "vee", "{0}:invis:{0}"),
}
CARD_FRAMES = {"draft": ("white", "dashed"), "cancelled": ("#e9ecef", "dotted")}


def render(answer: JsonObject) -> str:
    """The DOT text of an alignment tree's graph."""
    contents = MapModel(answer)
    label = _quote(f"{contents.name}\n{heading.describe_moment(contents)}")
    lines = [
        'digraph "OKR map" {',
        f'  graph [rankdir=BT, newrank=true, label={label}, labelloc=t, fontname="sans-serif", fontsize=20, nodesep=0.3];',
        '  node [shape=plain, fontname="sans-serif", fontsize=12];',
        '  edge [fontname="sans-serif", fontsize=10];',
        *_render_levels(contents.bands),
    ]
    for band in contents.bands:
        lines += _render_band(contents, band)
    return "\n".join([*lines, *(_render_edge(contents, link) for link in contents.links), "}", ""])


def _quote(text: str) -> str:
    """A quoted string: its lines are plain, and no character of theirs is taken for DOT's own."""
    plain = "\\n".join(words.single_line(line).replace("\\", "\\\\").replace('"', '\\"') for line in text.split("\n"))
    return f'"{plain.replace("&", "&amp;")}"'


def _render_levels(bands: list[Band]) -> Iterator[str]:
    for band in bands:
        label = _quote(words.LEVEL_LABELS[band.level])
        yield f"  {_quote(f'level {band.level}')} [shape=plaintext, fontsize=16, label={label}];"
    for above, below in pairwise(bands):
        yield f"  {_quote(f'level {below.level}')} -> {_quote(f'level {above.level}')} [style=invis];"


def _render_band(contents: MapModel, band: Band) -> Iterator[str]:
    for number, group in enumerate(band.groups):
        label = _quote("\n".join(filter(None, [group.name, group.note])))
        yield f"  subgraph {_quote(f'cluster {band.level} {number}')} {{"
        yield f"    label={label}; labelloc=b; labeljust=l; fontsize=13;"
        yield f'    style="rounded,filled"; fillcolor="{BAND_COLOURS[band.level][0]}";'
        for card in group.cards:
            yield f"    {_quote(card)} [label=<{_render_card(contents, card)}>];"
        yield "  }"
    there = "; ".join(
        _quote(name) for name in [f"level {band.level}", *(card for group in band.groups for card in group.cards)]
    )
    yield f"  {{ rank=same; {there} }}"


def _render_card(contents: MapModel, id: str) -> str:
    thing = contents.objectives.get(id) or contents.priorities[id]
    paper, style = CARD_FRAMES.get(thing["state"], ("white", "solid"))
    rows = list(_objective_rows(thing)) if id in contents.objectives else [_render_row(_render_title(thing))]
    frame = f'border="1" style="{style}" bgcolor="{paper}" cellborder="0" cellspacing="0" cellpadding="4"'
    return f"<table {frame}>{''.join(rows)}</table>"


def _objective_rows(thing: JsonObject) -> Iterator[str]:
    state = f" \u2022 {words.humanize(thing['state'])}" if thing["state"] in words.BADGED_STATES else ""
    yield _render_row(_describe_health(thing) + escape(f" \u2022 {words.FOCUS_LABELS[thing['focus']]}{state}"))
    yield _render_row(_render_title(thing))
    for part in thing["key_results"]:
        gone = " (cancelled)" if part["state"] == "cancelled" else ""
        said = "<br/>".join(_wrap_lines(words.display_title(part) + gone))
        told = ", ".join(filter(None, [words.describe_metric(part["metric"]), *alt_text.describe_weight(part["weight"])]))
        port = f' port="{escape(part["id"])}" border="1" sides="T"'
        yield _render_row(f"{said}<br/>{_describe_health(part)} {escape(words.single_line(told))}", port)


def _render_row(cell: str, more: str = "") -> str:
    return f'<tr><td align="left" balign="left"{more}>{cell}</td></tr>'


def _render_title(thing: JsonObject) -> str:
    return "<br/>".join(f"<b>{line}</b>" for line in _wrap_lines(words.display_title(thing)))


def _wrap_lines(text: str) -> list[str]:
    return [escape(line) for line in wrap_text(text, LABEL_WIDTH, FONT_SIZE, most=MAX_LINES)]


def _describe_health(thing: JsonObject) -> str:
    health = words.effective_health(thing)
    progress = words.format_progress(thing) or words.EMPTY_VALUE
    return f'<font color="{HEALTH_COLOURS[health]}">{words.HEALTH_LABELS[health]}</font> {progress}'


def _render_edge(contents: MapModel, link: Link) -> str:
    style, head, colour = EDGE_STYLES[link.kind]
    end = _quote(link.parent) + (f":{_quote(link.key_result)}" if link.key_result else "")
    label = ", ".join([words.LINK_LABELS[link.kind], *alt_text.describe_state(link), *alt_text.describe_weight(link.weight)])
    told = {
        "style": style,
        "arrowhead": head,
        "color": colour.format(FADED if link.faded else STROKES[link.kind].colour),
        "label": label if label != words.LINK_LABELS["vertical"] else "",
        "tooltip": alt_text.describe_link(contents, link),
    }
    aside = ", constraint=false" if link.kind in {"horizontal", "directional"} else ""
    return f"  {_quote(link.child)} -> {end} [{', '.join(f'{name}={_quote(value)}' for name, value in told.items())}{aside}];"
