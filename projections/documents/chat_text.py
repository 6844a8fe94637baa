"""A document as short plain text for a chat, with a count of what is left out."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from projections.documents.cell_format import format_cell, format_title
from projections.documents.document import Bullets, Cell, Chart, Document, Paragraph, Part, Picture, Section, Table
from projections.documents.share_rounding import round_shares
from projections.text.labels import EMPTY_VALUE, single_line

Item = TypeVar("Item")
MAX_LINES = 25
MAX_ROWS = 6
MAX_LINE, MAX_HEADING, MAX_CELL = 160, 80, 48
MENTION = re.compile(r"([@<])(?=[\w!@#])")
WORD_JOINER = "\u2060"
"""An invisible character; after `@` it prevents mentions of people and channels."""


def render(document: Document, lines: int = MAX_LINES) -> str:
    """The text in at most `lines` lines, unless the summary is longer; a long document shows fewer rows of each table."""
    document = round_shares(document)
    for rows in range(MAX_ROWS, -1, -1):
        blocks = [list(_section_lines(section, rows)) for section in document.sections]
        text = [*_header_lines(document), *_separate_blocks(blocks)]
        if len(text) <= lines:
            return _join_lines(text)
    kept = max(lines - 2, len([*_header_lines(document)]))
    return _join_lines([*text[:kept], "", f"{len(text) - kept} more lines left out."])


def _join_lines(lines: Sequence[str]) -> str:
    return MENTION.sub(rf"\1{WORD_JOINER}", "\n".join(lines)) + "\n"


def _header_lines(document: Document) -> Iterator[str]:
    yield _truncate(format_title(document.title), MAX_LINE)
    yield from (_truncate(text, MAX_LINE) for text in (document.subtitle, *document.summary) if single_line(text))


def _separate_blocks(blocks: Sequence[Sequence[str]]) -> Iterator[str]:
    """The blocks that have lines, with an empty line between two of them unless both have a single line."""
    before = 0
    for block in filter(None, blocks):
        yield from ("",) if before != 1 or len(block) > 1 else ()
        yield from block
        before = len(block)


def _section_lines(section: Section, limit: int) -> Iterator[str]:
    title = _truncate(format_title(section.title), MAX_HEADING)
    if section.brief is not None:
        yield from _brief_lines(title, section.brief, limit)
        return
    yield title
    for part in section.parts:
        yield from _part_lines(part, limit)


def _brief_lines(title: str, lines: Sequence[str], limit: int) -> Iterator[str]:
    """A single line beside the title; several below it, with their number if some are left out."""
    if len(lines) <= 1:
        yield from (f"{title}: {_truncate(line, MAX_LINE)}" for line in lines)
        return
    yield f"{title} ({limit} of {len(lines)})" if limit < len(lines) else title
    yield from (f"• {_truncate(line, MAX_LINE)}" for line in lines[:limit])


def _part_lines(part: Part, limit: int) -> Iterator[str]:
    match part:
        case Paragraph():
            yield f"• {_truncate(part.text, MAX_LINE)}"
        case Bullets():
            yield from _first_items(part.items or (part.empty,), limit, "• ", lambda item: _truncate(item, MAX_LINE))
        case Picture():
            yield f"• {_truncate(f'{format_title(part.title)}: {part.alt}', MAX_LINE)}"
        case Chart(kind="line") if part.table.rows:
            yield f"• {_truncate(f'{format_title(part.title)}: {_row_line(part.table, part.table.rows[-1])}', MAX_LINE)}"
        case Chart():
            yield from _table_lines(part.table, limit)
        case Table():
            yield from _table_lines(part, limit)


def _table_lines(table: Table, limit: int) -> Iterator[str]:
    number = f"{len(table.rows)}{'' if limit else ' left out'}" if table.rows else _truncate(table.empty, MAX_HEADING)
    yield f"• {_truncate(format_title(table.title), MAX_HEADING)}: {number}"
    if limit:
        yield from _first_items(table.rows, limit, "   - ", lambda row: _row_line(table, row))


def _first_items(items: Sequence[Item], limit: int, mark: str, line: Callable[[Item], str]) -> Iterator[str]:
    """The first items, and the number of the others."""
    yield from (f"{mark}{line(item)}" for item in items[:limit])
    if len(items) > limit:
        yield f"{mark}… {len(items) - limit} more"


def _row_line(table: Table, row: Sequence[Cell]) -> str:
    first, *others = map(_cell_text, row)
    labelled = (f"{_truncate(column.name, MAX_CELL)} {cell}" for column, cell in zip(table.columns[1:], others, strict=True))
    return _truncate(": ".join(filter(None, (first, ", ".join(labelled)))), MAX_LINE)


def _cell_text(cell: Cell) -> str:
    return _truncate(format_cell(cell, EMPTY_VALUE), MAX_CELL)


def _truncate(text: str, limit: int) -> str:
    text = single_line(text)
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
