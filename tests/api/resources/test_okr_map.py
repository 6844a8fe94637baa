"""The OKR map in its four forms: which one a client gets, and that it is cached and dated like any read."""

from xml.etree import ElementTree as ET

import orjson
import pytest

from projections.okr_map import dot, mermaid, stylesheet, svg
from tests.api.problem_assertions import check

MAP = "/v1/alignment-tree"
TYPES = {"json": "application/json", "svg": "image/svg+xml", "dot": "text/vnd.graphviz", "mermaid": "text/vnd.mermaid"}
DRAWN = {"svg": svg.drawn, "dot": dot.written, "mermaid": mermaid.written}


@pytest.fixture(scope="module")
def small(world):
    """A cycle with links of all five kinds, one proposed and one of no weight."""
    cycle, other = world.new("cycle_id"), world.new("unit_id")
    lead = world.objective("company", cycle_id=cycle, title="Lead the <market>")
    build = world.objective(cycle_id=cycle, title="Build & sell", urgent=True, important=True)
    sell = world.make("objectives", cycle_id=cycle, unit_id=other, title='Sell "more"')
    share = world.key_result(objective=lead, title="Market share")
    for child, parent, kind, more in (
        (build, lead, "vertical", {"weight": "0"}),
        (sell, share, "explicit", {}),
        (sell, build, "horizontal", {}),
        (lead, world["priority"], "strategic", {}),
        (sell, lead, "directional", {}),
    ):
        world.make("alignments", child_id=child, parent_id=parent, kind=kind, **more)
    part = world.key_result(objective=build, title="Launch")
    world.make(f"key-results/{part}/check-ins", value=1)
    return {"cycle": cycle, "part": part}


@pytest.fixture
def ask(reader, small):
    """Ask for the map, with headers and query parameters."""

    def get(accept=None, **query):
        headers = {name: query.pop(name) for name in ("If_None_Match",) if name in query}
        if accept is not None:
            headers["Accept"] = accept
        return reader.get(MAP, {"cycle": small["cycle"], **query}, **headers)

    return get


def media_type(answer):
    return answer.content_type.partition(";")[0]


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        (None, "json"),
        ("", "json"),
        ("*/*", "json"),
        ("application/json; charset=utf-8", "json"),
        ("text/html, application/xhtml+xml, */*;q=0.8", "json"),
        ("image/svg+xml", "svg"),
        ("image/*", "svg"),
        ("image/avif, image/webp, image/svg+xml, image/*;q=0.8, */*;q=0.5", "svg"),
        ("application/json;q=0.5, text/vnd.mermaid", "mermaid"),
        ("text/vnd.graphviz;q=0.9, application/json;q=0.8", "dot"),
        ("application/json;q=0, */*", "svg"),
        ("text/*", "dot"),
    ],
)
def test_accept_says_the_form(ask, accept, name):
    answer = ask(accept)
    assert (answer.status_code, media_type(answer)) == (200, TYPES[name])


@pytest.mark.parametrize("name", TYPES)
def test_the_parameter_wins(ask, name):
    for accept in (None, "application/json", "image/svg+xml", "text/nothing"):
        assert media_type(ask(accept, format=name)) == TYPES[name]


@pytest.mark.parametrize("accept", ["text/html", "image/png", "application/json;q=0", "nonsense", "*/*;q=0"])
def test_406_is_a_form_that_there_is_not(ask, accept):
    refused = ask(accept)
    check(refused, 406, "not-acceptable")
    assert all(media_type in refused.json["detail"] for media_type in TYPES.values())


@pytest.mark.parametrize("name", ["pdf", "", "SVG"])
def test_422_is_a_parameter_that_names_no_form(ask, name):
    refused = ask(format=name)
    check(refused, 422, "invalid-fields")
    assert refused.json["errors"][0]["pointer"] == "/format"


def test_a_read_that_has_one_form_takes_no_parameter_and_any_accept(reader):
    check(reader.get("/v1/units?format=json"), 422, "invalid-fields")
    assert reader.get("/v1/units", Accept="image/png").content_type == "application/json"


@pytest.mark.parametrize("name", DRAWN)
def test_pictures_and_texts_tell_the_graph(ask, name):
    graph = ask(shape="graph")
    assert {link["kind"] for link in graph.json["alignments"]} == {
        *("vertical", "explicit", "horizontal", "strategic", "directional")
    }
    for shape in ("tree", "graph"):
        assert ask(format=name, shape=shape).text == DRAWN[name](orjson.loads(graph.data))


def test_the_picture_shows_titles_links_and_progress(ask):
    whole = ET.fromstring(ask("image/svg+xml").data)  # noqa: S314 - our own picture
    said = " ".join(whole.itertext())
    for part in ("Lead the <market>", "Build & sell", 'Sell "more"', "Must do", "25%", "weight 0, does not count", "proposed"):
        assert part in said, part


def test_a_browser_may_load_nothing_for_the_picture_but_its_own_style(ask):
    policy = ask("image/svg+xml").headers["Content-Security-Policy"]
    assert policy == f"default-src 'none'; style-src {stylesheet.POLICY}; frame-ancestors 'none'"
    for accept in (None, "text/vnd.graphviz"):
        assert "style-src" not in ask(accept).headers["Content-Security-Policy"]
    assert ask("image/svg+xml").headers["X-Content-Type-Options"] == "nosniff"


def test_texts_say_that_they_are_utf_8(ask):
    for name in ("svg", "dot", "mermaid"):
        assert ask(format=name).content_type == f"{TYPES[name]}; charset=utf-8"


@pytest.mark.parametrize("accept", TYPES.values())
def test_every_form_is_cached_alike_and_never_for_another(ask, accept):
    first = ask(accept)
    again = ask(accept, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    for header in ("ETag", "OKR-Position", "Cache-Control", "Vary"):
        assert again.headers[header] == first.headers[header]
    assert first.headers["Vary"] == "Accept"
    for other in TYPES.values():
        if other != accept:
            assert ask(other, If_None_Match=first.headers["ETag"]).status_code == 200


def test_406_comes_before_304(ask):
    tag = ask("text/html, */*").headers["ETag"]
    assert ask("text/html", If_None_Match=tag).status_code == 406


def test_a_picture_of_the_past_stays_the_same(ask, admin, small, world):
    then = {name: ask(format=name, as_of=f"position:{world.at.head}") for name in DRAWN}
    admin.post(f"/v1/key-results/{small['part']}/check-ins", {"value": 3})
    for name, answer in then.items():
        position = answer.headers["OKR-Position"]
        assert ask(format=name, as_of=f"position:{position}").data == answer.data
        assert ask(format=name).data != answer.data
        assert ask(format=name).headers["OKR-Position"] == str(world.at.head) != position


@pytest.mark.parametrize("name", DRAWN)
def test_a_map_of_nothing_is_a_map(reader, world, name):
    answer = reader.get(MAP, {"cycle": world.new("cycle_id"), "format": name})
    assert (answer.status_code, media_type(answer)) == (200, TYPES[name])


def test_a_map_needs_a_token(admin):
    check(admin.client.get(f"{MAP}?format=svg"), 401, "unauthorized")


def test_the_document_names_every_form(admin):
    operation = admin.client.get("/openapi.json").json["paths"][MAP]["get"]
    content = operation["responses"]["200"]["content"]
    assert list(content) == list(TYPES.values())
    assert all(content[each]["schema"] == {"type": "string"} for each in TYPES.values() if each != "application/json")
    assert "406" in operation["responses"]
    [parameter] = [each for each in operation["parameters"] if each["name"] == "format"]
    assert parameter["schema"]["enum"] == list(TYPES)
