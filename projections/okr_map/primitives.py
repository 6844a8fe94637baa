"""Marks: what is drawn, with its place; x grows to the right, y downwards, and a text's y is its base line."""

from dataclasses import dataclass, replace
from typing import Self

from projections.okr_map.palette import TYPES
from projections.text.text_metrics import width


@dataclass(frozen=True, slots=True)
class Mark:
    x: float
    y: float

    def moved(self, x: float, y: float) -> Self:
        return replace(self, x=self.x + x, y=self.y + y)


@dataclass(frozen=True, slots=True)
class Text(Mark):
    """One line in one type. It begins at x, or ends or is centred there, and has `room` for its width; `turned` reads upwards,
    so many times as large.
    """

    words: str
    type: str
    room: float
    anchor: str = "start"
    leftward: bool = False
    struck: bool = False
    turned: float = 0

    @property
    def width(self) -> float:
        return width(self.words, TYPES[self.type].size, bold=TYPES[self.type].bold)


@dataclass(frozen=True, slots=True)
class Box(Mark):
    """A rounded rectangle with a look."""

    width: float
    height: float
    look: str
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
class Sign(Mark):
    """The sign of a health, around its centre."""

    health: str
    size: float = 14


@dataclass(frozen=True, slots=True)
class Badge(Mark):
    """A small sign on a line, around its centre: a state, or a weight in words."""

    state: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Rule(Mark):
    """A thin line to the right."""

    width: float


@dataclass(frozen=True, slots=True)
class Sample(Mark):
    """A short piece of a kind's line with its head, to the right."""

    kind: str
