"""A document as PDF, set by Typst in the fonts that it brings itself, so that the same document gives the same bytes."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from projections.documents.document import Document
from projections.documents.optional_dependency import import_library
from projections.documents.template_data import template_context

TEMPLATE = Path(__file__).parent / "templates" / "document.typ"
TIMESTAMP = 0
COUNTRY = 2


def render(document: Document) -> bytes:
    """The document is handed over as values, never as markup.

    Raises `FormMissing` without the extra `pdf`.
    """
    typst = import_library("typst", form="PDF", extra="pdf")
    said = {"document": json.dumps({**template_context(document), "speech": _language_settings(document.language)})}
    template = TEMPLATE.read_bytes()
    pdf: bytes = typst.compile(template, font_paths=_fonts(), sys_inputs=said, format="pdf", timestamp=TIMESTAMP)
    return pdf


@cache
def _fonts() -> Any:
    return import_library("typst", form="PDF", extra="pdf").Fonts(include_system_fonts=False)


def _language_settings(tag: str) -> dict[str, str]:
    """The language as Typst wants it: apart from the country."""
    language, *rest = tag.split("-")
    country = next((part for part in rest if len(part) == COUNTRY), None)
    return {"lang": language.lower()} | ({"region": country} if country else {})
