"""The content of a document as plain texts, for templates."""

from typing import Any

from projections.documents.cells import NUMBERS, shown, told
from projections.documents.charts import drawn
from projections.documents.document import Bullets, Chart, Document, Paragraph, Part, Picture, Section, Table
from projections.documents.drawing.description import description
from projections.okr_map.words import NOTHING, plain

NARROWEST, WIDEST = 6, 36


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
    return {
        "id": table.id,
        "title": told(table.title),
        "columns": [{"name": head, "number": kind in NUMBERS} for head, kind in zip(heads, kinds, strict=True)],
        "widths": [_width(cells) for cells in zip(heads, *rows, strict=True)],
        "rows": rows,
        "note": plain(table.note),
        "empty": plain(table.empty),
    }


def _width(cells: tuple[str, ...]) -> int:
    """The part of a page's width that a column asks for."""
    return min(max(NARROWEST, *map(len, cells)), WIDEST)
