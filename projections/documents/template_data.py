"""The values of a document for the HTML and PDF templates."""

from okr_events.json_types import JsonObject
from projections.documents.cell_format import NUMERIC_KINDS, format_cell, format_title
from projections.documents.chart_svg.alt_text import describe_chart
from projections.documents.charts import render_chart
from projections.documents.document import Bullets, Chart, ColumnKind, Document, Paragraph, Part, Picture, Section, Table
from projections.documents.share_rounding import round_shares
from projections.text.labels import EMPTY_VALUE, single_line

MIN_WIDTH, MAX_WIDTH, MAX_WORD, LONG_WIDTH = 5, 60, 24, 30


def template_context(document: Document) -> JsonObject:
    document = round_shares(document)
    return {
        "title": format_title(document.title),
        "subtitle": single_line(document.subtitle),
        "language": document.language,
        "facts": [[format_title(name), single_line(value)] for name, value in document.facts],
        "summary": [single_line(sentence) for sentence in document.summary],
        "sections": [_section(section) for section in document.sections],
    }


def _section(section: Section) -> JsonObject:
    return {"id": section.id, "title": format_title(section.title), "parts": [_part(part) for part in section.parts]}


def _part(part: Part) -> JsonObject:
    match part:
        case Table():
            return {"form": "table", **_table(part)}
        case Chart():
            header = {"id": part.id, "title": format_title(part.title), "alternative": describe_chart(part)}
            return {"form": "chart", **header, "svg": render_chart(part), "table": _table(part.table)}
        case Picture():
            header = {"id": part.id, "title": format_title(part.title), "alternative": single_line(part.alt)}
            return {"form": "picture", **header, "svg": part.draw()}
        case Paragraph():
            return {"form": "paragraph", "text": single_line(part.text)}
        case Bullets():
            return {"form": "bullets", "items": [single_line(item) for item in part.items], "empty": single_line(part.empty)}


def _table(table: Table) -> JsonObject:
    kinds = [column.kind for column in table.columns]
    rows = [[format_cell(cell, EMPTY_VALUE) for cell in row] for row in table.rows]
    headings = [format_title(column.name) for column in table.columns]
    widths = [_column_width(*cells) for cells in zip(headings, *rows, strict=True)]
    return {
        "id": table.id,
        "title": format_title(table.title),
        "columns": [_column(*column) for column in zip(headings, kinds, widths, strict=True)],
        "widths": widths,
        "rows": rows,
        "note": single_line(table.note),
        "empty": single_line(table.empty),
    }


def _column(name: str, kind: ColumnKind, width: int) -> JsonObject:
    style = "number" if kind in NUMERIC_KINDS else "day" if kind is ColumnKind.DAY else "long" if width > LONG_WIDTH else ""
    return {"name": name, "number": kind in NUMERIC_KINDS, "style": style}


def _column_width(heading: str, *cells: str) -> int:
    """The width of a column in characters: the longest word of its heading or the longest cell, within limits."""
    longest_word = max((len(word) for word in heading.split()), default=0)
    return max(MIN_WIDTH, min(longest_word + 1, MAX_WORD), min(max(map(len, cells), default=0), MAX_WIDTH))
