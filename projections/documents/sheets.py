"""Sheets: a document as tables alone, for the forms that have nothing else."""

from collections.abc import Iterator

from projections.documents.document import Bullets, Chart, Column, Document, Paragraph, Part, Picture, Section, Table

FACT_COLUMNS = (Column("Name"), Column("Value"))
TEXT_COLUMNS = (Column("Section"), Column("About"), Column("Words"))


def sheet_tables(document: Document) -> list[Table]:
    """The facts first, then all words that stand outside tables, then the tables."""
    return [_facts_table(document), _texts_table(document), *document.tables]


def _facts_table(document: Document) -> Table:
    head = [("Title", document.title), ("Subtitle", document.subtitle)]
    summary = [("Summary", sentence) for sentence in document.summary]
    return Table("facts", "Facts", FACT_COLUMNS, [*head, *document.facts, *summary])


def _texts_table(document: Document) -> Table:
    rows = [(section.title, *words) for section in document.sections for words in _section_texts(section)]
    return Table("words", "Words", TEXT_COLUMNS, rows)


def _section_texts(section: Section) -> Iterator[tuple[str, str]]:
    for part in section.parts:
        yield from _part_texts(part)


def _part_texts(part: Part) -> Iterator[tuple[str, str]]:
    match part:
        case Paragraph():
            yield "", part.text
        case Bullets():
            yield from (("", item) for item in part.items or (part.empty,))
        case Picture():
            yield part.title, part.alt
        case Chart():
            yield from _part_texts(part.table)
        case Table():
            if not part.rows:
                yield part.title, part.empty
            if part.note:
                yield part.title, part.note
