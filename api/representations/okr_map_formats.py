"""The forms of the OKR map: JSON, a picture, and two texts for people's documents."""

from api.http.content_negotiation import JSON, MediaFormat, plain_json_encoder
from projections.okr_map import dot, mermaid, stylesheet, svg

SVG_POLICY = f"default-src 'none'; style-src {stylesheet.CSP_SOURCE}; frame-ancestors 'none'"

FORMATS = (
    JSON,
    MediaFormat("svg", "image/svg+xml", plain_json_encoder(svg.render), SVG_POLICY),
    MediaFormat("dot", "text/vnd.graphviz", plain_json_encoder(dot.render)),
    MediaFormat("mermaid", "text/vnd.mermaid", plain_json_encoder(mermaid.render)),
)
