"""The texts of a document and the values of a report."""

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from projections.documents.document import Bullets, Document, Paragraph


def document_texts(document: Document) -> list[str]:
    """Every cell and sentence of a document."""
    cells = [str(cell) for table in document.tables for row in table.rows for cell in row if cell is not None]
    notes = [table.note or "" for table in document.tables]
    return [
        *cells,
        *notes,
        *_iterate_texts(document),
        *document.summary,
        *(value for _, value in document.facts),
        document.subtitle,
    ]


def _iterate_texts(document: Document) -> Iterator[str]:
    for part in (part for section in document.sections for part in section.parts):
        match part:
            case Paragraph():
                yield part.text
            case Bullets():
                yield from part.items


def iterate_leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every value of a report with its path, such as `counts.total.objectives`, without list indexes."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from iterate_leaves(part, (*path, name))
    elif isinstance(value, list):
        for part in value:
            yield from iterate_leaves(part, path)
    else:
        yield ".".join(path), value


def contains_value(words: list[str], names: dict[str, str], value: Any) -> bool:
    """Whether the texts contain the value: as it is, humanized, as a name, as a day, or rounded."""
    whole = "\n".join(words)
    if isinstance(value, bool) or value is None:
        return True
    if isinstance(value, int):
        return re.search(rf"(?<![\d.]){value}(?![\d.]\d)", whole) is not None
    forms = {value, value.replace("_", " "), names.get(value, value), *_rounded_forms(value)}
    return any(form in whole for form in forms) or (value[10:11] == "T" and value[:10] in whole)


def _rounded_forms(value: str) -> Iterator[str]:
    if re.fullmatch(r"-?\d+\.\d+", value):
        yield from (str(Decimal(value).quantize(step, ROUND_HALF_UP)) for step in (Decimal("0.1"), Decimal("0.01")))
