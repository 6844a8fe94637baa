"""Marks: what is drawn, with its place; x grows to the right, y downwards, and a text's y is its base line."""

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
    """One line in one type. It begins at x, or ends or is centred there, and has `room` for its width; `turned` reads upwards,
    so many times as large.
    """

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
    """A rounded rectangle with a look."""

    width: float
    height: float
    css_class: str
    radius: float = 0

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class HealthIcon(Mark):
    """The sign of a health, around its centre."""

    health: str
    size: float = 14


@dataclass(frozen=True, slots=True)
class Badge(Mark):
    """A small sign on a line, around its centre: a state, or a weight in words."""

    state: str
    content: str = ""


@dataclass(frozen=True, slots=True)
class Rule(Mark):
    """A thin line to the right."""

    width: float


@dataclass(frozen=True, slots=True)
class LineSample(Mark):
    """A short piece of a kind's line with its head, to the right."""

    kind: str
