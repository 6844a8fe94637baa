"""Sheets: a document as tables alone, for the forms that have nothing else."""

from collections.abc import Iterator

from projections.documents.document import Bullets, Chart, Column, Document, Paragraph, Part, Picture, Section, Table

FACTS = (Column("Name"), Column("Value"))
WORDS = (Column("Section"), Column("About"), Column("Words"))


def sheets(document: Document) -> list[Table]:
    """The facts first, then all words that stand outside tables, then the tables."""
    return [_facts(document), _words(document), *document.tables]


def _facts(document: Document) -> Table:
    head = [("Title", document.title), ("Subtitle", document.subtitle)]
    summary = [("Summary", sentence) for sentence in document.summary]
    return Table("facts", "Facts", FACTS, [*head, *document.facts, *summary])


def _words(document: Document) -> Table:
    rows = [(section.title, *words) for section in document.sections for words in _said(section)]
    return Table("words", "Words", WORDS, rows)


def _said(section: Section) -> Iterator[tuple[str, str]]:
    for part in section.parts:
        yield from _part(part)


def _part(part: Part) -> Iterator[tuple[str, str]]:
    match part:
        case Paragraph():
            yield "", part.text
        case Bullets():
            yield from (("", item) for item in part.items or (part.empty,))
        case Picture():
            yield part.title, part.alternative
        case Chart():
            yield from _part(part.table)
        case Table():
            if not part.rows:
                yield part.title, part.empty
            if part.note:
                yield part.title, part.note
