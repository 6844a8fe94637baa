"""The marks of the map. x grows to the right, y downwards; the y of a text is its baseline."""

from dataclasses import dataclass, replace
from typing import Self

from projections.okr_map.palette import TEXT_STYLES
from projections.text.text_metrics import text_width


@dataclass(frozen=True, slots=True)
class Mark:
    x: float
    y: float

    def translate(self, x: float, y: float) -> Self:
        return replace(self, x=self.x + x, y=self.y + y)


@dataclass(frozen=True, slots=True)
class Text(Mark):
    """A line of text that starts, ends or is centred at x; with a `vertical_scale` it reads upwards, enlarged by it."""

    content: str
    type: str
    max_width: float
    anchor: str = "start"
    leftward: bool = False
    struck: bool = False
    vertical_scale: float = 0

    @property
    def width(self) -> float:
        return text_width(self.content, TEXT_STYLES[self.type].size, bold=TEXT_STYLES[self.type].bold)


@dataclass(frozen=True, slots=True)
class Box(Mark):
    """A rounded rectangle."""

    width: float
    height: float
    css_class: str
    radius: float = 0


@dataclass(frozen=True, slots=True)
class HealthIcon(Mark):
    """The icon of a health, around its centre."""

    health: str
    size: float = 14


@dataclass(frozen=True, slots=True)
class Badge(Mark):
    """A badge on a line, around its centre: the icon of a state, or a weight as text."""

    state: str
    content: str = ""


@dataclass(frozen=True, slots=True)
class Rule(Mark):
    """A thin horizontal line."""

    width: float


@dataclass(frozen=True, slots=True)
class LineSample(Mark):
    """A sample of the line of a kind of link with its arrowhead, for the legend."""

    kind: str
