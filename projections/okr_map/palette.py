"""The palette: every colour, type and line of the map. Colours are for screen and print, with no meaning of their own."""

from dataclasses import dataclass

PAPER = "#ffffff"
INK = "#16202c"
QUIET = "#4a5766"
EDGE = "#b4c0cc"
TRACK = "#e3e9ef"
FILL = "#35506e"

BANDS = {
    "priority": ("#f1ecf8", "#4b3579"),
    "company": ("#e7eff8", "#1d4673"),
    "department": ("#e4f2f1", "#155e59"),
    "team": ("#f0f4e3", "#4c5f14"),
    "individual": ("#fbf1e2", "#7a4a08"),
    "elsewhere": ("#eef0f2", "#414c58"),
}
HEALTH = {
    "on_track": "#1a6b3a",
    "at_risk": "#8a5300",
    "off_track": "#b3211b",
    "outdated": "#6b3fa0",
    "pending": "#4a5766",
    "closed": "#26445f",
}


@dataclass(frozen=True, slots=True)
class Type:
    size: float
    leading: float
    bold: bool = False
    colour: str = INK
    slanted: bool = False


TYPES = {
    "name": Type(34, 40, bold=True),
    "moment": Type(15, 22, colour=QUIET),
    "vision": Type(17, 24, slanted=True),
    "tally": Type(14, 20, bold=True),
    "level": Type(15, 20, bold=True, colour=PAPER),
    "unit": Type(13, 16, bold=True),
    "note": Type(11, 14, colour=QUIET),
    "title": Type(15, 19, bold=True),
    "result": Type(12.5, 16),
    "small": Type(11, 14, colour=QUIET),
    "figure": Type(13, 16, bold=True),
    "word": Type(12, 16, bold=True),
    "must_do": Type(11, 14, bold=True, colour=PAPER),
    "should_do": Type(11, 14, bold=True),
    "could_do": Type(11, 14, colour=QUIET),
    "state": Type(11, 14, bold=True),
    "badge": Type(11, 14, bold=True),
    "legend": Type(12.5, 17),
    "empty": Type(18, 26, colour=QUIET),
}


@dataclass(frozen=True, slots=True)
class Stroke:
    """How a kind of link is drawn: colour, width, dashes and the head at its end."""

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
