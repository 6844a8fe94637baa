"""The OKR map as a picture and as text: pure functions of the graph that `GET /v1/alignment-tree?shape=graph` answers."""
