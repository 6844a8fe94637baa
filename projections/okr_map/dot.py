"""The map as Graphviz DOT: levels as ranks, units as clusters, key results as rows to which links can lead."""

from collections.abc import Iterator
from html import escape
from itertools import pairwise
from typing import Any

from projections.okr_map import alt_text, heading
from projections.okr_map.map_model import Band, Contents, Link
from projections.okr_map.palette import BANDS, FADED, HEALTH, STROKES
from projections.text import words
from projections.text.text_metrics import wrapped

Thing = dict[str, Any]
ROOM, SIZE, MOST = 260, 12, 6
STYLES = {
    "vertical": ("solid", "normal", "{0}"),
    "explicit": ("bold", "diamond", "{0}"),
    "horizontal": ("dashed", "dot", "{0}"),
    "strategic": ("dotted", "empty", "{0}"),
    "directional": ("solid", "vee", "{0}:invis:{0}"),
}
FRAMES = {"draft": ("white", "dashed"), "cancelled": ("#e9ecef", "dotted")}


def written(answer: Thing) -> str:
    """The DOT text of an alignment tree's graph."""
    contents = Contents(answer)
    label = _text(f"{contents.name}\n{heading.moment(contents)}")
    lines = [
        'digraph "OKR map" {',
        f'  graph [rankdir=BT, newrank=true, label={label}, labelloc=t, fontname="sans-serif", fontsize=20, nodesep=0.3];',
        '  node [shape=plain, fontname="sans-serif", fontsize=12];',
        '  edge [fontname="sans-serif", fontsize=10];',
        *_levels(contents.bands),
    ]
    for band in contents.bands:
        lines += _band(contents, band)
    return "\n".join([*lines, *(_edge(contents, link) for link in contents.links), "}", ""])


def _text(text: str) -> str:
    """A quoted string: its lines are plain, and no character of theirs is taken for DOT's own."""
    plain = "\\n".join(words.plain(line).replace("\\", "\\\\").replace('"', '\\"') for line in text.split("\n"))
    return f'"{plain.replace("&", "&amp;")}"'


def _levels(bands: list[Band]) -> Iterator[str]:
    for band in bands:
        yield f"  {_text(f'level {band.level}')} [shape=plaintext, fontsize=16, label={_text(words.LEVELS[band.level])}];"
    for above, below in pairwise(bands):
        yield f"  {_text(f'level {below.level}')} -> {_text(f'level {above.level}')} [style=invis];"


def _band(contents: Contents, band: Band) -> Iterator[str]:
    for number, group in enumerate(band.groups):
        label = _text("\n".join(filter(None, [group.name, group.note])))
        yield f"  subgraph {_text(f'cluster {band.level} {number}')} {{"
        yield f"    label={label}; labelloc=b; labeljust=l; fontsize=13;"
        yield f'    style="rounded,filled"; fillcolor="{BANDS[band.level][0]}";'
        for card in group.cards:
            yield f"    {_text(card)} [label=<{_card(contents, card)}>];"
        yield "  }"
    there = "; ".join(_text(name) for name in [f"level {band.level}", *(card for group in band.groups for card in group.cards)])
    yield f"  {{ rank=same; {there} }}"


def _card(contents: Contents, id: str) -> str:
    thing = contents.objectives.get(id) or contents.priorities[id]
    paper, style = FRAMES.get(thing["state"], ("white", "solid"))
    rows = list(_objective(thing)) if id in contents.objectives else [_row(_title(thing))]
    frame = f'border="1" style="{style}" bgcolor="{paper}" cellborder="0" cellspacing="0" cellpadding="4"'
    return f"<table {frame}>{''.join(rows)}</table>"


def _objective(thing: Thing) -> Iterator[str]:
    state = f" \u2022 {words.said(thing['state'])}" if thing["state"] in words.SHOWN else ""
    yield _row(_judged(thing) + escape(f" \u2022 {words.FOCUS[thing['focus']]}{state}"))
    yield _row(_title(thing))
    for part in thing["key_results"]:
        gone = " (cancelled)" if part["state"] == "cancelled" else ""
        said = "<br/>".join(_broken(words.titled(part) + gone))
        told = ", ".join(filter(None, [words.metric(part["metric"]), *alt_text.weight(part["weight"])]))
        port = f' port="{escape(part["id"])}" border="1" sides="T"'
        yield _row(f"{said}<br/>{_judged(part)} {escape(words.plain(told))}", port)


def _row(cell: str, more: str = "") -> str:
    return f'<tr><td align="left" balign="left"{more}>{cell}</td></tr>'


def _title(thing: Thing) -> str:
    return "<br/>".join(f"<b>{line}</b>" for line in _broken(words.titled(thing)))


def _broken(text: str) -> list[str]:
    return [escape(line) for line in wrapped(text, ROOM, SIZE, most=MOST)]


def _judged(thing: Thing) -> str:
    health = words.health(thing)
    return f'<font color="{HEALTH[health]}">{words.HEALTH[health]}</font> {words.progress(thing) or words.NOTHING}'


def _edge(contents: Contents, link: Link) -> str:
    style, head, colour = STYLES[link.kind]
    end = _text(link.parent) + (f":{_text(link.key_result)}" if link.key_result else "")
    label = ", ".join([words.KINDS[link.kind], *alt_text.state(link), *alt_text.weight(link.weight)])
    told = {
        "style": style,
        "arrowhead": head,
        "color": colour.format(FADED if link.faded else STROKES[link.kind].colour),
        "label": label if label != words.KINDS["vertical"] else "",
        "tooltip": alt_text.link(contents, link),
    }
    aside = ", constraint=false" if link.kind in {"horizontal", "directional"} else ""
    return f"  {_text(link.child)} -> {end} [{', '.join(f'{name}={_text(value)}' for name, value in told.items())}{aside}];"
