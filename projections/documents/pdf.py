"""A document as PDF, typeset by Typst with its own fonts, so that the same document always gives the same bytes."""

import json
from functools import cache
from pathlib import Path

from projections.documents.document import Document
from projections.documents.optional_dependency import import_library
from projections.documents.template_data import template_context

TEMPLATE = Path(__file__).parent / "templates" / "document.typ"
TIMESTAMP = 0
REGION_LENGTH = 2


def render(document: Document) -> bytes:
    """The PDF; texts are passed as values, never as markup. Raises `FormatUnavailable` without the extra `pdf`."""
    typst = import_library("typst", form="PDF", extra="pdf")
    inputs = {
        "document": json.dumps({**template_context(document), "language_settings": _language_settings(document.language)})
    }
    template = TEMPLATE.read_bytes()
    pdf: bytes = typst.compile(template, font_paths=_fonts(), sys_inputs=inputs, format="pdf", timestamp=TIMESTAMP)
    return pdf


@cache
def _fonts() -> object:
    return import_library("typst", form="PDF", extra="pdf").Fonts(include_system_fonts=False)


def _language_settings(tag: str) -> dict[str, str]:
    """The language and the region as Typst settings."""
    language, *rest = tag.split("-")
    region = next((part for part in rest if len(part) == REGION_LENGTH), None)
    return {"lang": language.lower()} | ({"region": region} if region else {})
