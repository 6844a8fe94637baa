"""A document as one HTML file: it asks nothing of the network, runs no script, and its policy says so."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from projections.documents.document import Document
from projections.documents.template_data import content

TEMPLATES = Path(__file__).parent / "templates"
STYLE = (TEMPLATES / "document.css").read_text(encoding="utf-8").strip()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'; "
    "img-src data:; base-uri 'none'; form-action 'none'"
)
"""The Content-Security-Policy that fits every document; the file itself says it too."""


def written(document: Document) -> str:
    return _environment().get_template("document.html").render(document=content(document))


def _environment() -> Environment:
    loader = FileSystemLoader(TEMPLATES)
    environment = Environment(autoescape=True, loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.globals |= {"style": Markup(STYLE), "policy": POLICY}  # noqa: S704 - our own style sheet
    environment.filters["drawing"] = _drawing
    environment.filters["embedded"] = _embedded
    return environment


def _drawing(svg: str) -> Markup:
    """A chart of our own drawing, whose texts are escaped."""
    return Markup(svg)  # noqa: S704


def _embedded(svg: str) -> str:
    """A picture as an address that holds it, shut off from the page."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
