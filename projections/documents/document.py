"""A document: sections of tables, charts, pictures and texts, independent of its format."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import chain
from typing import Literal

Cell = str | int | Decimal | bool | None
"""Days and ids are `str`."""
ChartKind = Literal["line", "bars", "stacked", "scatter"]
ID_PATTERN = re.compile(r"[a-z][a-z0-9_-]*")
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class ColumnKind(StrEnum):
    """The kind of the cells of a column. Shares, 0 to 1, are rounded for readers (`round_shares`)."""

    TEXT = "text"
    NUMBER = "number"
    SHARE = "share"
    DAY = "day"


class Meaning(StrEnum):
    """What a series tells its reader, which its colour shows beside its name and pattern."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    kind: ColumnKind = ColumnKind.TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a `note` below it; the text `empty` replaces it if it has no rows."""

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]
    note: str | None = None
    empty: str = "None."

    def __post_init__(self) -> None:
        _validate_id(self.id)
        names = [column.name for column in self.columns]
        if not names or len(set(names)) < len(names):
            raise ValueError(f"table {self.id!r}: columns must have distinct headings, and there must be at least one")
        if any(len(row) != len(names) for row in self.rows):
            raise ValueError(f"table {self.id!r}: every row must have {len(names)} cells")
        if any(not _is_valid_cell(cell) for cell in chain.from_iterable(self.rows)):
            raise ValueError(f"table {self.id!r}: a cell must be a text, an integer, a finite decimal, a boolean or null")

    def cells(self, name: str) -> list[Cell]:
        """The cells of a column, from top to bottom."""
        index = [column.name for column in self.columns].index(name)
        return [row[index] for row in self.rows]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of columns of a table, shown beside the table: each of the `series` against `x`.

    `low` and `high` fix the ends of the value axis; `band` is a shaded range, such as an aim. `meanings` are those of the
    series, in the same order; `missing` says what the lack of a bar means.
    """

    id: str
    title: str
    table: Table
    kind: ChartKind
    x: str
    series: tuple[str, ...]
    low: Decimal | None = None
    high: Decimal | None = None
    band: tuple[Decimal, Decimal] | None = None
    band_name: str = "Shaded"
    meanings: tuple[Meaning, ...] = ()
    missing: str = "no number"

    def __post_init__(self) -> None:
        _validate_id(self.id)
        unknown = {self.x, *self.series} - {column.name for column in self.table.columns}
        if unknown or not self.series:
            raise ValueError(
                f"chart {self.id!r}: x and at least one series must name columns of its table; unknown: {sorted(unknown)}"
            )
        if any(not _is_numeric(cell) for name in self.series for cell in self.table.cells(name)):
            raise ValueError(f"chart {self.id!r}: a series must hold numbers or nulls")
        if self.meanings and len(self.meanings) != len(self.series):
            raise ValueError(f"chart {self.id!r}: every series must have a meaning, or none")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"chart {self.id!r}: low must be below high")
        if self.band and self.band[0] > self.band[1]:
            raise ValueError(f"chart {self.id!r}: a band must begin at its lower end")


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing with an alternative text; formats without pictures never call `draw`, which returns SVG and can be pickled."""

    id: str
    title: str
    draw: Callable[[], str]
    alt: str

    def __post_init__(self) -> None:
        _validate_id(self.id)


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    items: Sequence[str]
    empty: str = "None."


Part = Table | Chart | Picture | Paragraph | Bullets


@dataclass(frozen=True, slots=True)
class Section:
    """A section; `brief` replaces its parts in chat texts, line by line."""

    id: str
    title: str
    parts: tuple[Part, ...]
    brief: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        _validate_id(self.id)


@dataclass(frozen=True, slots=True)
class Document:
    """A document; `facts` are names with values for its header, `summary` a few sentences, `shares` those in its texts."""

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    summary: tuple[str, ...] = ()
    shares: tuple[Decimal, ...] = ()
    language: str = "en"

    def __post_init__(self) -> None:
        if not LANGUAGE_TAG.fullmatch(self.language):
            raise ValueError(f"language {self.language!r}: must be a tag such as `en` or `pt-BR`")
        for parts in (self.sections, [*self._parts_with_id()], self.tables):
            if repeated := [id for id, times in Counter(part.id for part in parts).items() if times > 1]:
                raise ValueError(f"the ids of sections, parts and tables must be distinct; repeated: {repeated}")

    @property
    def tables(self) -> list[Table]:
        """All tables in order, also those of charts."""
        return [
            part.table if isinstance(part, Chart) else part for part in self._parts_with_id() if not isinstance(part, Picture)
        ]

    def _parts_with_id(self) -> Iterator[Table | Chart | Picture]:
        for section in self.sections:
            yield from (part for part in section.parts if isinstance(part, Table | Chart | Picture))


def _validate_id(id: str) -> None:
    if not ID_PATTERN.fullmatch(id):
        raise ValueError(f"id {id!r}: must consist of a-z, 0-9, `-` and `_` and begin with a letter")


def _is_valid_cell(cell: object) -> bool:
    return cell is None or isinstance(cell, str | int) or (isinstance(cell, Decimal) and cell.is_finite())


def _is_numeric(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, int | Decimal) and not isinstance(cell, bool))
