"""A document as Markdown with the tables of GitHub: charts as their tables, pictures in words; no text becomes markup."""

from collections.abc import Iterable, Iterator
from functools import singledispatch

from projections.documents.cells import NUMBERS, shown, told
from projections.documents.document import Bullets, Chart, Document, Paragraph, Picture, Section, Table
from projections.documents.prose import escaped, inline
from projections.okr_map.words import NOTHING, plain


def written(document: Document) -> str:
    blocks = [*_head(document), *(block for section in document.sections for block in _section(section))]
    return "\n\n".join(blocks) + "\n"


def _head(document: Document) -> Iterator[str]:
    yield f"# {inline(told(document.title))}"
    yield from map(_prose, filter(None, (document.subtitle, *document.summary)))
    if document.facts:
        yield _lines(f"- {escaped(told(name))}: {inline(plain(value))}" for name, value in document.facts)


def _section(section: Section) -> Iterator[str]:
    yield f"## {inline(told(section.title))}"
    for part in section.parts:
        yield from _blocks(part)


@singledispatch
def _blocks(part: object) -> Iterator[str]:
    raise TypeError(part)


@_blocks.register
def _(part: Paragraph) -> Iterator[str]:
    yield _prose(part.text)


@_blocks.register
def _(part: Bullets) -> Iterator[str]:
    yield _lines(f"- {_prose(item)}" for item in part.items) or _prose(part.empty)


@_blocks.register
def _(part: Picture) -> Iterator[str]:
    yield f"### {inline(told(part.title))}"
    yield _prose(part.alternative)


@_blocks.register
def _(part: Chart) -> Iterator[str]:
    yield from _blocks(part.table)


@_blocks.register
def _(part: Table) -> Iterator[str]:
    yield f"### {inline(told(part.title))}"
    yield _lines(_rows(part)) if part.rows else _prose(part.empty)
    if part.note:
        yield _prose(part.note)


def _rows(table: Table) -> Iterator[str]:
    kinds = [column.kind for column in table.columns]
    yield _row(told(column.name) for column in table.columns)
    yield f"|{'|'.join('---:' if kind in NUMBERS else '---' for kind in kinds)}|"
    for row in table.rows:
        yield _row(shown(cell, kind, NOTHING) for cell, kind in zip(row, kinds, strict=True))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(map(inline, cells))} |"


def _prose(text: str) -> str:
    return escaped(plain(text))


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines)
