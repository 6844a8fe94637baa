"""A document as plain text for a chat: what matters, short, and what was left out for that."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from projections.documents.cell_format import shown, told
from projections.documents.document import Bullets, Cell, Chart, Column, Document, Paragraph, Part, Picture, Section, Table
from projections.text.words import NOTHING, plain

Each = TypeVar("Each")
LINES = 25
MOST = 6
LONGEST, HEADING, CELL = 160, 80, 48
CALL = re.compile(r"([@<])(?=[\w!@#])")
JOINER = "\u2060"
"""It cannot be seen; after an `@` it keeps a chat from calling whom a text names."""


def written(document: Document, lines: int = LINES) -> str:
    """At most so many lines, unless the summary alone has more: the more there is to tell, the fewer rows of each table."""
    for most in range(MOST, -1, -1):
        said = [*_head(document), *_spaced([list(_section(section, most)) for section in document.sections])]
        if len(said) <= lines:
            return _sent(said)
    kept = max(lines - 2, len([*_head(document)]))
    return _sent([*said[:kept], "", f"Left out: {len(said) - kept} more lines."])


def _sent(lines: Sequence[str]) -> str:
    return CALL.sub(rf"\1{JOINER}", "\n".join(lines)) + "\n"


def _head(document: Document) -> Iterator[str]:
    yield _cut(told(document.title), LONGEST)
    yield from (_cut(text, LONGEST) for text in (document.subtitle, *document.summary) if plain(text))


def _spaced(blocks: Sequence[Sequence[str]]) -> Iterator[str]:
    """The blocks that say anything, a line between them unless both are a single line."""
    before = 0
    for block in filter(None, blocks):
        yield from ("",) if before != 1 or len(block) > 1 else ()
        yield from block
        before = len(block)


def _section(section: Section, most: int) -> Iterator[str]:
    title = _cut(told(section.title), HEADING)
    if section.brief is not None:
        yield from _brief(title, section.brief, most)
        return
    yield title
    for part in section.parts:
        yield from _part(part, most)


def _brief(title: str, lines: Sequence[str], most: int) -> Iterator[str]:
    """A single line stands beside the title, which says where not all lines are told."""
    if len(lines) <= 1:
        yield from (f"{title}: {_cut(line, LONGEST)}" for line in lines)
        return
    yield f"{title} ({most} of {len(lines)})" if most < len(lines) else title
    yield from (f"• {_cut(line, LONGEST)}" for line in lines[:most])


def _part(part: Part, most: int) -> Iterator[str]:
    match part:
        case Paragraph():
            yield f"• {_cut(part.text, LONGEST)}"
        case Bullets():
            yield from _some(part.items or (part.empty,), most, "• ", lambda item: _cut(item, LONGEST))
        case Picture():
            yield f"• {_cut(f'{told(part.title)}: {part.alternative}', LONGEST)}"
        case Chart(kind="line") if part.table.rows:
            yield f"• {_cut(f'{told(part.title)}: {_row(part.table, part.table.rows[-1])}', LONGEST)}"
        case Chart():
            yield from _table(part.table, most)
        case Table():
            yield from _table(part, most)


def _table(table: Table, most: int) -> Iterator[str]:
    number = f"{len(table.rows)}{'' if most else ' left out'}" if table.rows else _cut(table.empty, HEADING)
    yield f"• {_cut(told(table.title), HEADING)}: {number}"
    if most:
        yield from _some(table.rows, most, "   - ", lambda row: _row(table, row))


def _some(items: Sequence[Each], most: int, mark: str, line: Callable[[Each], str]) -> Iterator[str]:
    """The first of them, and how many more there are."""
    yield from (f"{mark}{line(item)}" for item in items[:most])
    if len(items) > most:
        yield f"{mark}… {len(items) - most} more"


def _row(table: Table, row: Sequence[Cell]) -> str:
    first, *others = (_said(column, cell) for column, cell in zip(table.columns, row, strict=True))
    named = (f"{_cut(column.name, CELL)} {cell}" for column, cell in zip(table.columns[1:], others, strict=True))
    return _cut(": ".join(filter(None, (first, ", ".join(named)))), LONGEST)


def _said(column: Column, cell: Cell) -> str:
    return _cut(shown(cell, column.kind, NOTHING), CELL)


def _cut(text: str, most: int) -> str:
    text = plain(text)
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
