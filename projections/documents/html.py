"""A document as one HTML file without scripts and network requests, enforced by its Content-Security-Policy."""

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
"""The policy of every document, for the response header; the file repeats it in a `meta` element."""


def render(document: Document) -> str:
    return _environment().get_template("document.html").render(document=template_context(document))


def _environment() -> Environment:
    loader = FileSystemLoader(TEMPLATES)
    environment = Environment(autoescape=True, loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.globals |= {"style": Markup(STYLESHEET), "policy": CONTENT_SECURITY_POLICY}  # noqa: S704 - our own style sheet
    environment.filters |= {"trusted_svg": Markup, "data_uri": _data_uri}  # `render_chart` escapes its texts
    return environment


def _data_uri(svg: str) -> str:
    """The SVG as a data URI, so that it is isolated from the page."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
