"""The forms of the OKR map: JSON, a picture, and two texts for people's documents."""

from api.http.content_negotiation import JSON, Form, of_plain
from projections.okr_map import dot, mermaid, stylesheet, svg

STYLED = f"default-src 'none'; style-src {stylesheet.POLICY}; frame-ancestors 'none'"

FORMS = (
    JSON,
    Form("svg", "image/svg+xml", of_plain(svg.drawn), STYLED),
    Form("dot", "text/vnd.graphviz", of_plain(dot.written)),
    Form("mermaid", "text/vnd.mermaid", of_plain(mermaid.written)),
)
