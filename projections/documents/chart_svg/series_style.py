"""Styles of series: colours, dashes, markers and hatchings, so that series differ without colour too."""

from dataclasses import dataclass, replace

from projections.documents.document import Meaning
from projections.okr_map.palette import HEALTH_COLOURS

BAND, BAND_OVER_BARS = "#fdf0c4", "#ffd65c"
MEANING_COLOURS = {
    Meaning.GOOD: HEALTH_COLOURS["on_track"],
    Meaning.WARNING: HEALTH_COLOURS["at_risk"],
    Meaning.BAD: HEALTH_COLOURS["off_track"],
    Meaning.OPEN: HEALTH_COLOURS["pending"],
}
"""Those of the map: green, amber, red and grey."""
COLOURS = ("#0072b2", "#c84e00", "#00795a", "#9c3f8f", "#16202c", "#8a6a00")
DASHES = ("", "9 4", "2 4", "12 4 2 4", "5 3")
MARKERS = ("M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z", "M-4-4H4V4H-4z", "M0-5L5 4H-5z", "M0-6L5 0L0 6L-5 0z", "M-5-4H5L0 5z")
HATCHES = ("", "M-2 2L2-2M0 8L8 0M6 10L10 6", "M0 4H8", "M-2 6L2 10M0 0L8 8M6-2L10 2", "M4 0V8", "M0 4H8M4 0V8")


@dataclass(frozen=True, slots=True)
class SeriesStyle:
    """The style of a series; `hatch` is drawn in white over the colour of a bar."""

    colour: str
    dashes: str
    marker: str
    hatch: str


def choose_style(index: int, meaning: Meaning | None = None) -> SeriesStyle:
    """The style of a series; colours repeat after six with other dashes and markers, so that thirty styles differ.

    A meaning sets the colour alone: people who see no colours tell series by pattern.
    """
    style = SeriesStyle(*(choice[index % len(choice)] for choice in (COLOURS, DASHES, MARKERS, HATCHES)))
    return style if meaning is None else replace(style, colour=MEANING_COLOURS[meaning])
