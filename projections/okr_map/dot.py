"""The map as Graphviz DOT: levels as ranks, units as clusters, key results as ports of their objectives."""

from collections.abc import Iterator
from html import escape
from itertools import pairwise

from okr_events.json_types import JsonObject
from projections.okr_map import alt_text, heading
from projections.okr_map.map_model import Band, Link, MapModel
from projections.okr_map.palette import BAND_COLOURS, FADED, HEALTH_COLOURS, STROKES
from projections.text import labels
from projections.text.text_metrics import wrap_text

LABEL_WIDTH, FONT_SIZE, MAX_LINES = 260, 12, 6
EDGE_STYLES = {
    "vertical": ("solid", "normal", "{0}"),
    "explicit": ("bold", "diamond", "{0}"),
    "horizontal": ("dashed", "dot", "{0}"),
    "strategic": ("dotted", "empty", "{0}"),
    "directional": ("solid", "vee", "{0}:invis:{0}"),
}
CARD_FRAMES = {"draft": ("white", "dashed"), "cancelled": ("#e9ecef", "dotted")}


def render(graph: JsonObject) -> str:
    model = MapModel(graph)
    label = _quote(f"{model.name}\n{heading.describe_moment(model)}")
    lines = [
        'digraph "OKR map" {',
        f'  graph [rankdir=BT, newrank=true, label={label}, labelloc=t, fontname="sans-serif", fontsize=20, nodesep=0.3];',
        '  node [shape=plain, fontname="sans-serif", fontsize=12];',
        '  edge [fontname="sans-serif", fontsize=10];',
        *_render_levels(model.bands),
    ]
    for band in model.bands:
        lines += _render_band(model, band)
    return "\n".join([*lines, *(_render_edge(model, link) for link in model.links), "}", ""])


def _quote(text: str) -> str:
    """A quoted string with its lines kept and all special characters escaped."""
    plain = "\\n".join(labels.single_line(line).replace("\\", "\\\\").replace('"', '\\"') for line in text.split("\n"))
    return f'"{plain.replace("&", "&amp;")}"'


def _render_levels(bands: list[Band]) -> Iterator[str]:
    for band in bands:
        label = _quote(labels.LEVEL_LABELS[band.level])
        yield f"  {_quote(f'level {band.level}')} [shape=plaintext, fontsize=16, label={label}];"
    for above, below in pairwise(bands):
        yield f"  {_quote(f'level {below.level}')} -> {_quote(f'level {above.level}')} [style=invis];"


def _render_band(model: MapModel, band: Band) -> Iterator[str]:
    for number, group in enumerate(band.groups):
        label = _quote("\n".join(filter(None, [group.name, group.note])))
        yield f"  subgraph {_quote(f'cluster {band.level} {number}')} {{"
        yield f"    label={label}; labelloc=b; labeljust=l; fontsize=13;"
        yield f'    style="rounded,filled"; fillcolor="{BAND_COLOURS[band.level][0]}";'
        for card in group.cards:
            yield f"    {_quote(card)} [label=<{_render_card(model, card)}>];"
        yield "  }"
    nodes = [f"level {band.level}", *(card for group in band.groups for card in group.cards)]
    yield f"  {{ rank=same; {'; '.join(map(_quote, nodes))} }}"


def _render_card(model: MapModel, id: str) -> str:
    item = model.objectives.get(id) or model.priorities[id]
    paper, style = CARD_FRAMES.get(item["state"], ("white", "solid"))
    rows = list(_objective_rows(item)) if id in model.objectives else [_render_row(_render_title(item))]
    frame = f'border="1" style="{style}" bgcolor="{paper}" cellborder="0" cellspacing="0" cellpadding="4"'
    return f"<table {frame}>{''.join(rows)}</table>"


def _objective_rows(objective: JsonObject) -> Iterator[str]:
    state = f" \u2022 {labels.humanize(objective['state'])}" if objective["state"] in labels.BADGED_STATES else ""
    yield _render_row(_describe_health(objective) + escape(f" \u2022 {labels.FOCUS_LABELS[objective['focus']]}{state}"))
    yield _render_row(_render_title(objective))
    for key_result in objective["key_results"]:
        cancelled = " (cancelled)" if key_result["state"] == "cancelled" else ""
        title = "<br/>".join(_wrap_lines(labels.display_title(key_result) + cancelled))
        facts = [labels.describe_metric(key_result["metric"]), *alt_text.describe_weight(key_result["weight"])]
        port = f' port="{escape(key_result["id"])}" border="1" sides="T"'
        metric = escape(labels.single_line(", ".join(filter(None, facts))))
        yield _render_row(f"{title}<br/>{_describe_health(key_result)} {metric}", port)


def _render_row(cell: str, attributes: str = "") -> str:
    return f'<tr><td align="left" balign="left"{attributes}>{cell}</td></tr>'


def _render_title(item: JsonObject) -> str:
    return "<br/>".join(f"<b>{line}</b>" for line in _wrap_lines(labels.display_title(item)))


def _wrap_lines(text: str) -> list[str]:
    return [escape(line) for line in wrap_text(text, LABEL_WIDTH, FONT_SIZE, most=MAX_LINES)]


def _describe_health(item: JsonObject) -> str:
    health = labels.effective_health(item)
    progress = labels.format_progress(item) or labels.EMPTY_VALUE
    return f'<font color="{HEALTH_COLOURS[health]}">{labels.HEALTH_LABELS[health]}</font> {progress}'


def _render_edge(model: MapModel, link: Link) -> str:
    style, head, colour = EDGE_STYLES[link.kind]
    target = _quote(link.parent) + (f":{_quote(link.key_result)}" if link.key_result else "")
    label = ", ".join([labels.LINK_LABELS[link.kind], *alt_text.describe_state(link), *alt_text.describe_weight(link.weight)])
    attributes = {
        "style": style,
        "arrowhead": head,
        "color": colour.format(FADED if link.faded else STROKES[link.kind].colour),
        "label": label if label != labels.LINK_LABELS["vertical"] else "",
        "tooltip": alt_text.describe_link(model, link),
    }
    settings = [f"{name}={_quote(value)}" for name, value in attributes.items()]
    settings += ["constraint=false"] if link.kind in {"horizontal", "directional"} else []
    return f"  {_quote(link.child)} -> {target} [{', '.join(settings)}];"
