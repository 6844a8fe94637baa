"""A document as one HTML file: it asks nothing of the network, runs no script, and its policy says so."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from projections.documents.document import Document
from projections.documents.template_data import template_context

TEMPLATES = Path(__file__).parent / "templates"
STYLESHEET = (TEMPLATES / "document.css").read_text(encoding="utf-8").strip()
CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLESHEET.encode()).digest()).decode()}'; "
    "img-src data:; base-uri 'none'; form-action 'none'"
)
"""The Content-Security-Policy that fits every document; the file itself says it too."""


def render(document: Document) -> str:
    return _environment().get_template("document.html").render(document=template_context(document))


def _environment() -> Environment:
    loader = FileSystemLoader(TEMPLATES)
    environment = Environment(autoescape=True, loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.globals |= {"style": Markup(STYLESHEET), "policy": CONTENT_SECURITY_POLICY}  # noqa: S704 - our own style sheet
    environment.filters["drawing"] = _trusted_svg
    environment.filters["embedded"] = _data_uri
    return environment


def _trusted_svg(svg: str) -> Markup:
    """A chart of our own drawing, whose texts are escaped."""
    return Markup(svg)  # noqa: S704


def _data_uri(svg: str) -> str:
    """A picture as an address that holds it, shut off from the page."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
