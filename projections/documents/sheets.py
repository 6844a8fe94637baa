"""A document as tables only, for CSV and XLSX."""

from collections.abc import Iterator

from projections.documents.document import Bullets, Chart, Column, Document, Paragraph, Part, Picture, Table
from projections.documents.share_rounding import round_shares

FACT_COLUMNS = (Column("Name"), Column("Value"))
TEXT_COLUMNS = (Column("Section"), Column("Item"), Column("Text"))


def sheet_tables(document: Document) -> list[Table]:
    """The facts, the texts outside tables, then the tables."""
    document = round_shares(document)
    summary = [("Summary", sentence) for sentence in document.summary]
    facts = [("Title", document.title), ("Subtitle", document.subtitle), *document.facts, *summary]
    parts = ((section, part) for section in document.sections for part in section.parts)
    texts = [(section.title, item, text) for section, part in parts for item, text in _part_texts(part)]
    return [Table("facts", "Facts", FACT_COLUMNS, facts), Table("texts", "Texts", TEXT_COLUMNS, texts), *document.tables]


def _part_texts(part: Part) -> Iterator[tuple[str, str]]:
    """The texts of a part, each with the title of its item."""
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
