"""The content of a document as plain texts, for templates."""

from typing import Any

from projections.documents.cell_format import NUMBERS, shown, told
from projections.documents.chart_svg.alt_text import description
from projections.documents.charts import drawn
from projections.documents.document import Bullets, Chart, Document, Kind, Paragraph, Part, Picture, Section, Table
from projections.text.words import NOTHING, plain

NARROWEST, WIDEST, WORD, LONG = 5, 60, 24, 30


def content(document: Document) -> dict[str, Any]:
    return {
        "title": told(document.title),
        "subtitle": plain(document.subtitle),
        "language": document.language,
        "facts": [[told(name), plain(value)] for name, value in document.facts],
        "summary": [plain(sentence) for sentence in document.summary],
        "sections": [_section(section) for section in document.sections],
    }


def _section(section: Section) -> dict[str, Any]:
    return {"id": section.id, "title": told(section.title), "parts": [_part(part) for part in section.parts]}


def _part(part: Part) -> dict[str, Any]:
    match part:
        case Table():
            return {"form": "table", **_table(part)}
        case Chart():
            named = {"id": part.id, "title": told(part.title), "alternative": description(part)}
            return {"form": "chart", **named, "svg": drawn(part), "table": _table(part.table)}
        case Picture():
            named = {"id": part.id, "title": told(part.title), "alternative": plain(part.alternative)}
            return {"form": "picture", **named, "svg": part.svg}
        case Paragraph():
            return {"form": "paragraph", "text": plain(part.text)}
        case Bullets():
            return {"form": "bullets", "items": [plain(item) for item in part.items], "empty": plain(part.empty)}


def _table(table: Table) -> dict[str, Any]:
    kinds = [column.kind for column in table.columns]
    rows = [[shown(cell, kind, NOTHING) for cell, kind in zip(row, kinds, strict=True)] for row in table.rows]
    heads = [told(column.name) for column in table.columns]
    widths = [_width(*cells) for cells in zip(heads, *rows, strict=True)]
    return {
        "id": table.id,
        "title": told(table.title),
        "columns": [_column(*column) for column in zip(heads, kinds, widths, strict=True)],
        "widths": widths,
        "rows": rows,
        "note": plain(table.note),
        "empty": plain(table.empty),
    }


def _column(name: str, kind: Kind, width: int) -> dict[str, Any]:
    style = "number" if kind in NUMBERS else "day" if kind is Kind.DAY else "long" if width > LONG else ""
    return {"name": name, "number": kind in NUMBERS, "style": style}


def _width(head: str, *cells: str) -> int:
    """The characters that a column asks for: its heading's longest word, and its cells' as far as they are not too long."""
    words = max((len(word) for word in head.split()), default=0)
    return max(NARROWEST, min(words + 1, WORD), min(max(map(len, cells), default=0), WIDEST))
