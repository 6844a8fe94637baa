"""The style sheet of the map. It is the same for every map, so that a Content-Security-Policy can allow it by its digest."""

from base64 import b64encode
from hashlib import sha256

from projections.okr_map import palette
from projections.okr_map.palette import EDGE, FADED, FILL, INK, MUTED, PAPER, TRACK, Stroke, TextStyle

BOX_STYLES = {
    "group": f"fill:{PAPER};fill-opacity:.6;stroke:#93a3b3",
    "card-agreed": f"fill:{PAPER};stroke:{MUTED}",
    "card-closed": f"fill:{PAPER};stroke:{MUTED};stroke-width:2.5",
    "card-draft": f"fill:{PAPER};stroke:{INK};stroke-width:1.5;stroke-dasharray:6 4",
    "card-cancelled": f"fill:#e9ecef;stroke:{MUTED};stroke-dasharray:2 3",
    "legend": f"fill:{PAPER};stroke:{EDGE}",
    "track": f"fill:{TRACK};stroke:{MUTED};stroke-width:.6",
    "unmeasured": f"fill:{PAPER};stroke:{MUTED};stroke-dasharray:3 3",
    "fill": f"fill:{FILL}",
    "must_do": f"fill:{INK};stroke:{INK}",
    "should_do": f"fill:{PAPER};stroke:{INK};stroke-width:1.4",
    "could_do": f"fill:{PAPER};stroke:{MUTED};stroke-dasharray:2 2",
    "state": f"fill:#fff4cc;stroke:{INK};stroke-dasharray:4 2",
}


def _text_rule(name: str, style: TextStyle) -> str:
    font = ("font-weight:700;" if style.bold else "") + ("font-style:italic;" if style.italic else "")
    return f".t-{name}{{{font}font-size:{style.size:g}px;fill:{style.colour}}}"


def _line_rules(name: str, stroke: Stroke) -> str:
    dashes = f"stroke-dasharray:{stroke.dashes};" if stroke.dashes else ""
    round_ends = "stroke-linecap:round;" if stroke.dashes.startswith("0.1") else ""
    ends = {
        "hollow": f"fill:{PAPER};stroke:{stroke.colour};stroke-width:2",
        "open": f"fill:none;stroke:{stroke.colour};stroke-width:2",
    }
    head = ends.get(stroke.head, f"fill:{stroke.colour}")
    return (
        f".l-{name}{{{dashes}{round_ends}stroke:{stroke.colour};stroke-width:{stroke.width:g}}}.h-{name}{{{head}}}"
        f".n-{name}{{fill:{PAPER};stroke:{stroke.colour};stroke-width:1.5}}"
    )


def _build_rules() -> list[str]:
    rules = [
        f"text{{font-family:sans-serif;fill:{INK};white-space:pre}}",
        ".a-middle{text-anchor:middle}.a-end{text-anchor:end}",
        ".leftward{direction:rtl}.struck{text-decoration:line-through}",
    ]
    rules += [f".b-{name}{{{style}}}" for name, style in BOX_STYLES.items()]
    rules += [f".b-{name}{{fill:{pale}}}.b-{name}-rail{{fill:{deep}}}" for name, (pale, deep) in palette.BAND_COLOURS.items()]
    rules += [_text_rule(name, style) for name, style in palette.TEXT_STYLES.items()]
    rules += [f".l{{fill:none}}.halo{{fill:none;stroke:{PAPER};stroke-width:6}}.rule{{stroke:{EDGE}}}"]
    rules += [_line_rules(name, stroke) for name, stroke in palette.STROKES.items()]
    rules += [f".faded .l{{stroke:{FADED};stroke-width:1.4}}.faded .h{{fill:{PAPER};stroke:{FADED}}}"]
    rules += [f".s-{name}{{fill:{colour}}}" for name, colour in palette.HEALTH_COLOURS.items()]
    rules += [f".b-stripe-{name}{{fill:{colour}}}" for name, colour in palette.HEALTH_COLOURS.items()]
    rules += [f".on{{fill:none;stroke:{PAPER};stroke-width:2.2;stroke-linecap:round}}"]
    rules += [f".in{{fill:none;stroke:{INK};stroke-width:1.7;stroke-linecap:round}}"]
    return rules


STYLE = "".join(f".okr-map {rule}" if not rule.startswith(".okr-map") else rule for rule in _build_rules())
CSP_SOURCE = f"'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'"
