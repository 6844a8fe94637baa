"""A document as GitHub Flavored Markdown: charts as tables, pictures as alternative texts, all markup in texts escaped."""

from collections.abc import Iterable, Iterator

from projections.documents.cell_format import NUMERIC_KINDS, format_cell, format_title
from projections.documents.document import Bullets, Chart, Document, Paragraph, Part, Picture, Section, Table
from projections.documents.markdown_escaping import escape_inline, escape_line
from projections.documents.share_rounding import round_shares
from projections.text.labels import EMPTY_VALUE, single_line


def render(document: Document) -> str:
    document = round_shares(document)
    blocks = [*_header_blocks(document), *(block for section in document.sections for block in _section_blocks(section))]
    return "\n\n".join(blocks) + "\n"


def _header_blocks(document: Document) -> Iterator[str]:
    yield f"# {escape_inline(format_title(document.title))}"
    yield from map(_escape_text, filter(None, (document.subtitle, *document.summary)))
    if document.facts:
        yield "\n".join(
            f"- {escape_line(format_title(name))}: {escape_inline(single_line(value))}" for name, value in document.facts
        )


def _section_blocks(section: Section) -> Iterator[str]:
    yield f"## {escape_inline(format_title(section.title))}"
    for part in section.parts:
        yield from _part_blocks(part)


def _part_blocks(part: Part) -> Iterator[str]:
    match part:
        case Paragraph():
            yield _escape_text(part.text)
        case Bullets():
            yield "\n".join(f"- {_escape_text(item)}" for item in part.items) or _escape_text(part.empty)
        case Picture():
            yield f"### {escape_inline(format_title(part.title))}"
            yield _escape_text(part.alt)
        case Chart():
            yield from _table_blocks(part.table)
        case Table():
            yield from _table_blocks(part)


def _table_blocks(table: Table) -> Iterator[str]:
    yield f"### {escape_inline(format_title(table.title))}"
    yield "\n".join(_table_lines(table)) if table.rows else _escape_text(table.empty)
    if table.note:
        yield _escape_text(table.note)


def _table_lines(table: Table) -> Iterator[str]:
    kinds = [column.kind for column in table.columns]
    yield _table_row(format_title(column.name) for column in table.columns)
    yield f"|{'|'.join('---:' if kind in NUMERIC_KINDS else '---' for kind in kinds)}|"
    for row in table.rows:
        yield _table_row(format_cell(cell, EMPTY_VALUE) for cell in row)


def _table_row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(map(escape_inline, cells))} |"


def _escape_text(text: str) -> str:
    return escape_line(single_line(text))
