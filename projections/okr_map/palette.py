"""Colours, text styles and line styles of the map. No meaning depends on a colour alone."""

from dataclasses import dataclass

PAPER = "#ffffff"
INK = "#16202c"
MUTED = "#4a5766"
EDGE = "#b4c0cc"
TRACK = "#e3e9ef"
FILL = "#35506e"

BAND_COLOURS = {
    "priority": ("#f1ecf8", "#4b3579"),
    "company": ("#e7eff8", "#1d4673"),
    "department": ("#e4f2f1", "#155e59"),
    "team": ("#f0f4e3", "#4c5f14"),
    "individual": ("#fbf1e2", "#7a4a08"),
    "elsewhere": ("#eef0f2", "#414c58"),
}
HEALTH_COLOURS = {
    "on_track": "#1a6b3a",
    "at_risk": "#8a5300",
    "off_track": "#b3211b",
    "outdated": "#6b3fa0",
    "pending": "#4a5766",
    "closed": "#26445f",
}


@dataclass(frozen=True, slots=True)
class TextStyle:
    size: float
    leading: float
    bold: bool = False
    colour: str = INK
    italic: bool = False


TEXT_STYLES = {
    "name": TextStyle(34, 40, bold=True),
    "moment": TextStyle(15, 22, colour=MUTED),
    "vision": TextStyle(17, 24, italic=True),
    "tally": TextStyle(14, 20, bold=True),
    "level": TextStyle(15, 20, bold=True, colour=PAPER),
    "unit": TextStyle(13, 16, bold=True),
    "note": TextStyle(11, 14, colour=MUTED),
    "title": TextStyle(15, 19, bold=True),
    "result": TextStyle(12.5, 16),
    "small": TextStyle(11, 14, colour=MUTED),
    "figure": TextStyle(13, 16, bold=True),
    "word": TextStyle(12, 16, bold=True),
    "must_do": TextStyle(11, 14, bold=True, colour=PAPER),
    "should_do": TextStyle(11, 14, bold=True),
    "could_do": TextStyle(11, 14, colour=MUTED),
    "state": TextStyle(11, 14, bold=True),
    "badge": TextStyle(11, 14, bold=True),
    "legend": TextStyle(12.5, 17),
    "empty": TextStyle(18, 26, colour=MUTED),
}


@dataclass(frozen=True, slots=True)
class Stroke:
    """The line style of a kind of link; `head` names its arrowhead."""

    colour: str
    width: float
    dashes: str
    head: str


STROKES = {
    "vertical": Stroke("#1d3d66", 2.2, "", "triangle"),
    "explicit": Stroke("#7b1e7a", 2.6, "13 4", "diamond"),
    "horizontal": Stroke("#a63a00", 2, "6 4", "disc"),
    "strategic": Stroke("#00635a", 2.4, "0.1 5", "hollow"),
    "directional": Stroke("#4d5661", 1.8, "11 4 2 4", "open"),
}
FADED = "#6b7580"
