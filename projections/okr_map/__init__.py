"""The OKR map as SVG, DOT and Mermaid, from the graph that `GET /v1/alignment-tree?shape=graph` returns."""
