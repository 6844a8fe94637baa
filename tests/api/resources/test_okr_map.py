"""The OKR map in its four formats, negotiated, cached and read at past moments like any read."""

from xml.etree import ElementTree as ET

import orjson
import pytest

from api.operations import document_rendering
from projections.documents import render_process
from projections.okr_map import dot, mermaid, stylesheet, svg
from tests.api.problem_assertions import assert_problem

MAP = "/v1/alignment-tree"
TYPES = {"json": "application/json", "svg": "image/svg+xml", "dot": "text/vnd.graphviz", "mermaid": "text/vnd.mermaid"}
RENDERERS = {"svg": svg.render, "dot": dot.render, "mermaid": mermaid.render}


@pytest.fixture(scope="module")
def small_cycle(world):
    """A cycle with links of all five kinds, one proposed and one with weight 0."""
    cycle, other = world.create_for_argument("cycle_id"), world.create_for_argument("unit_id")
    lead = world.objective("company", cycle_id=cycle, title="Lead the <market>")
    build = world.objective(cycle_id=cycle, title="Build & sell", urgent=True, important=True)
    sell = world.create("objectives", cycle_id=cycle, unit_id=other, title='Sell "more"')
    share = world.key_result(objective=lead, title="Market share")
    for child, parent, kind, more in (
        (build, lead, "vertical", {"weight": "0"}),
        (sell, share, "explicit", {}),
        (sell, build, "horizontal", {}),
        (lead, world["priority"], "strategic", {}),
        (sell, lead, "directional", {}),
    ):
        world.create("alignments", child_id=child, parent_id=parent, kind=kind, **more)
    part = world.key_result(objective=build, title="Launch")
    world.create(f"key-results/{part}/check-ins", value=1)
    return {"cycle": cycle, "part": part}


@pytest.fixture
def fetch_map(reader, small_cycle):
    """Fetch the map with headers and query parameters."""

    def get(accept=None, **query):
        headers = {name: query.pop(name) for name in ("If_None_Match",) if name in query}
        if accept is not None:
            headers["Accept"] = accept
        return reader.get(MAP, {"cycle": small_cycle["cycle"], **query}, **headers)

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
def test_accept_says_the_form(fetch_map, accept, name):
    answer = fetch_map(accept)
    assert (answer.status_code, media_type(answer)) == (200, TYPES[name])


@pytest.mark.parametrize("name", TYPES)
def test_the_parameter_wins(fetch_map, name):
    for accept in (None, "application/json", "image/svg+xml", "text/nothing"):
        assert media_type(fetch_map(accept, format=name)) == TYPES[name]


@pytest.mark.parametrize("accept", ["text/html", "image/png", "application/json;q=0", "nonsense", "*/*;q=0"])
def test_406_is_a_form_that_there_is_not(fetch_map, accept):
    refused = fetch_map(accept)
    assert_problem(refused, 406, "not-acceptable")
    assert all(media_type in refused.json["detail"] for media_type in TYPES.values())


@pytest.mark.parametrize("name", ["pdf", "", "SVG"])
def test_422_is_a_parameter_that_names_no_form(fetch_map, name):
    refused = fetch_map(format=name)
    assert_problem(refused, 422, "invalid-fields")
    assert refused.json["errors"][0]["parameter"] == "format"


def test_a_read_that_has_one_form_takes_no_parameter_and_any_accept(reader):
    assert_problem(reader.get("/v1/units?format=json"), 422, "invalid-fields")
    assert reader.get("/v1/units", Accept="image/png").content_type == "application/json"


@pytest.mark.parametrize("name", RENDERERS)
def test_pictures_and_texts_tell_the_graph(fetch_map, name):
    graph = fetch_map(shape="graph")
    assert {link["kind"] for link in graph.json["alignments"]} == {
        *("vertical", "explicit", "horizontal", "strategic", "directional")
    }
    for shape in ("tree", "graph"):
        assert fetch_map(format=name, shape=shape).text == RENDERERS[name](orjson.loads(graph.data))


def test_the_picture_shows_titles_links_and_progress(fetch_map):
    whole = ET.fromstring(fetch_map("image/svg+xml").data)  # noqa: S314 - our own picture
    fields = " ".join(whole.itertext())
    for part in ("Lead the <market>", "Build & sell", 'Sell "more"', "Must do", "25%", "weight 0, does not count", "proposed"):
        assert part in fields, part


def test_a_browser_may_load_nothing_for_the_picture_but_its_own_style(fetch_map):
    policy = fetch_map("image/svg+xml").headers["Content-Security-Policy"]
    assert policy == f"default-src 'none'; style-src {stylesheet.CSP_SOURCE}; frame-ancestors 'none'"
    for accept in (None, "text/vnd.graphviz"):
        assert "style-src" not in fetch_map(accept).headers["Content-Security-Policy"]
    assert fetch_map("image/svg+xml").headers["X-Content-Type-Options"] == "nosniff"


def test_texts_say_that_they_are_utf_8(fetch_map):
    for name in ("svg", "dot", "mermaid"):
        assert fetch_map(format=name).content_type == f"{TYPES[name]}; charset=utf-8"


@pytest.mark.parametrize("accept", TYPES.values())
def test_every_form_is_cached_alike_and_never_for_another(fetch_map, accept):
    first = fetch_map(accept)
    again = fetch_map(accept, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    for header in ("ETag", "OKR-Position", "Cache-Control", "Vary"):
        assert again.headers[header] == first.headers[header]
    assert first.headers["Vary"] == "Accept"
    for other in TYPES.values():
        if other != accept:
            assert fetch_map(other, If_None_Match=first.headers["ETag"]).status_code == 200


def test_406_comes_before_304(fetch_map):
    tag = fetch_map("text/html, */*").headers["ETag"]
    assert fetch_map("text/html", If_None_Match=tag).status_code == 406


def test_a_picture_of_the_past_stays_the_same(fetch_map, admin, small_cycle, world):
    then = {name: fetch_map(format=name, as_of=f"position:{world.installation.head}") for name in RENDERERS}
    admin.post(f"/v1/key-results/{small_cycle['part']}/check-ins", {"value": 3})
    for name, answer in then.items():
        position = answer.headers["OKR-Position"]
        assert fetch_map(format=name, as_of=f"position:{position}").data == answer.data
        assert fetch_map(format=name).data != answer.data
        assert fetch_map(format=name).headers["OKR-Position"] == str(world.installation.head) != position


@pytest.mark.parametrize("name", RENDERERS)
def test_a_map_of_nothing_is_a_map(reader, world, name):
    answer = reader.get(MAP, {"cycle": world.create_for_argument("cycle_id"), "format": name})
    assert (answer.status_code, media_type(answer)) == (200, TYPES[name])


def test_a_map_needs_a_token(admin):
    assert_problem(admin.client.get(f"{MAP}?format=svg"), 401, "unauthorized")


def test_the_document_names_every_form(admin):
    operation = admin.client.get("/openapi.json").json["paths"][MAP]["get"]
    content = operation["responses"]["200"]["content"]
    assert list(content) == list(TYPES.values())
    assert all(content[each]["schema"] == {"type": "string"} for each in TYPES.values() if each != "application/json")
    assert "406" in operation["responses"]
    [parameter] = [each for each in operation["parameters"] if each["name"] == "format"]
    assert parameter["schema"]["enum"] == list(TYPES)


@pytest.mark.parametrize("name", RENDERERS)
def test_a_large_map_is_drawn_by_a_child_with_the_same_bytes(fetch_map, monkeypatch, name):
    small = fetch_map(format=name).data
    monkeypatch.setattr(document_rendering, "SMALL_MAP", 0)
    assert fetch_map(format=name).data == small
    monkeypatch.setattr(render_process, "OVER_LIMIT", {0})  # small maps fit into any limit of memory
    assert_problem(fetch_map(format=name), 406, "document-too-large")
