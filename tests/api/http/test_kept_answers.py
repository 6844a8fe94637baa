"""Answers that are kept: the same read at the same position is not made again, and nobody's name stays behind."""

from api.http import query_endpoint
from api.operations.kept_answers import Answer, KeptAnswers
from okr_events.register.known import Known


def made_answers(monkeypatch):
    """The requests for which an answer is made."""
    paths, build = [], query_endpoint.build_answer
    monkeypatch.setattr(
        query_endpoint, "build_answer", lambda request, *how: paths.append(request.path) or build(request, *how)
    )
    return paths


def test_every_read_is_answered_again_as_it_was(monkeypatch, reader, read_paths):
    made = made_answers(monkeypatch)
    for path in read_paths:
        first, again = reader.get(path), reader.get(path)
        assert (again.status_code, again.data, list(again.headers)) == (first.status_code, first.data, list(first.headers))
        assert again.headers.get("ETag") is None or reader.get(path, If_None_Match=again.headers["ETag"]).status_code == 304
    assert len(made) == len(set(made))


def test_a_kept_answer_is_no_answer_to_another_request(world, reader):
    for query in ({}, {"shape": "graph"}, {"state": "all"}, {"format": "dot"}, {"as_of": "position:9"}):
        reader.get("/v1/alignment-tree", query)
    assert reader.get("/v1/alignment-tree", {"format": "dot"}).mimetype == "text/vnd.graphviz"
    assert reader.get("/v1/alignment-tree", Accept="text/vnd.mermaid").mimetype == "text/vnd.mermaid"
    assert reader.get("/v1/alignment-tree", {"shape": "graph"}).json.keys() >= {"objectives"}
    before = reader.get("/v1/alignment-tree").json["position"]
    world.objective()
    assert reader.get("/v1/alignment-tree").json["position"] > before


def test_answers_are_forgotten_with_the_generation_of_the_register():
    kept, before, after = KeptAnswers(), Known(1, 1), Known(2, 1)
    assert kept.get(before, "key") is None
    kept.put(before, "key", Answer(b"Ada", (), "tag"))
    assert kept.get(before, "key").body == b"Ada"
    kept.keep_only(after)
    kept.put(before, "key", Answer(b"Ada", (), "tag"))
    assert kept.get(after, "key") is None
    assert kept.get(before, "key") is None
