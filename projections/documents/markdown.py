"""A document as Markdown with the tables of GitHub: charts as their tables, pictures in words; no text becomes markup."""

from collections.abc import Iterable, Iterator

from projections.documents.cell_format import NUMBERS, shown, told
from projections.documents.document import Bullets, Chart, Document, Paragraph, Part, Picture, Section, Table
from projections.documents.markdown_escaping import escaped, inline
from projections.text.words import NOTHING, plain


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


def _blocks(part: Part) -> Iterator[str]:
    match part:
        case Paragraph():
            yield _prose(part.text)
        case Bullets():
            yield _lines(f"- {_prose(item)}" for item in part.items) or _prose(part.empty)
        case Picture():
            yield f"### {inline(told(part.title))}"
            yield _prose(part.alternative)
        case Chart():
            yield from _table(part.table)
        case Table():
            yield from _table(part)


def _table(table: Table) -> Iterator[str]:
    yield f"### {inline(told(table.title))}"
    yield _lines(_rows(table)) if table.rows else _prose(table.empty)
    if table.note:
        yield _prose(table.note)


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
