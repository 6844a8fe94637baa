"""The alignment tree: roots, children, references, and what an answer leaves out."""

import json

import orjson
import pytest

from projections.queries.alignment_tree import MAX_DEPTH, AlignmentTree, TreeFilter
from tests.projections.event_recorder import id_of

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def record_objectives(record):
    """Objectives and links between them: `"a>b c>b"` are a and c that serve b."""

    def draw(links):
        pairs = [pair.split(">") for pair in links.split()]
        for name in dict.fromkeys(name for pair in pairs for name in pair):
            record.objective(name)
        for child, parent in pairs:
            record.link(child, parent)

    return draw


@pytest.fixture
def tree(reader):
    def drawn(position=None, **shown):
        return AlignmentTree(reader.graph(position), TreeFilter(**shown), ())

    return drawn


def outline_node(node):
    """An objective with what is below it: `"a(b(c) ~d)"`, where `~d` is a reference."""
    if "ref" in node:
        return "~" + NAMES[node["ref"]]
    below = " ".join(outline_node(child) for child in node["children"])
    return node["title"] + (f"({below})" if below else "")


def outline_tree(tree):
    return " ".join(outline_node(node) for node in tree.as_tree()["roots"])


def key(name):
    return str(id_of(name))


NAMES = {key(name): name for name in "abcdefgh"}


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ("a>b", "b(a)"),
        ("a>b c>b", "b(a c)"),
        ("a>b b>c", "c(b(a))"),
        ("a>b a>c", "b(a) c(~a)"),
        ("a>b a>c b>d c>d", "d(b(a) c(~a))"),
        ("a>b c>d", "b(a) d(c)"),
        ("a>b b>c a>c", "c(b(~a) a)"),
    ],
)
def test_roots_serve_nothing_and_an_objective_appears_once(record_objectives, tree, links, expected):
    record_objectives(links)
    assert outline_tree(tree()) == expected


def test_a_child_says_by_which_link_and_weight_it_serves(record, tree):
    for name in "abc":
        record.objective(name)
    record.link("a", "b", weight="2.50")
    record.link("a", "c", weight=0)
    roots = tree().as_tree()["roots"]
    found = [(child["alignment_id"], child["weight"]) for root in roots for child in root["children"]]
    assert found == [(key("a>b"), "2.5"), (key("a>c"), "0")]


def test_the_links_stand_beside_the_tree(record_objectives, tree):
    record_objectives("a>b a>c")
    links = tree().as_tree()["alignments"]
    assert [(NAMES[link["child_id"]], NAMES[link["parent_id"]], link["state"]) for link in links] == [
        ("a", "b", "active"),
        ("a", "c", "active"),
    ]


@pytest.mark.parametrize(("depth", "expected"), [(0, "d(~c)"), (1, "d(c(~b))"), (2, "d(c(b(~a)))"), (3, "d(c(b(a)))")])
def test_below_the_requested_depth_there_are_references(record_objectives, tree, depth, expected):
    record_objectives("a>b b>c c>d")
    assert outline_tree(tree(depth=depth)) == expected


def test_a_chain_of_500_is_cut_and_still_answered(record, tree):
    for number in range(501):
        record.objective(f"{number}")
    for number in range(500):
        record.link(f"{number + 1}", f"{number}")
    whole = tree()
    node, depth = json.loads(orjson.dumps(whole.as_tree()))["roots"][0], 0
    while "children" in node:
        node, depth = node["children"][0], depth + 1
    assert depth == MAX_DEPTH + 1
    assert node["ref"] == key(f"{MAX_DEPTH + 1}")


def test_a_chain_of_inherited_key_results_is_cut_where_json_ends(record, tree):
    for number in range(101):
        record.objective(f"{number}")
        record.key_result(f"k{number}", of=f"{number}")
    for number in range(100):
        record.inherit(f"{number + 1}", f"k{number}")
    node, depth = json.loads(orjson.dumps({"items": [tree().as_tree()]}))["items"][0]["roots"][0], 0
    while "key_results" in node:
        node, depth = node["key_results"][0]["children"][0], depth + 1
    assert (depth, node["ref"]) == (MAX_DEPTH + 1, key(f"{MAX_DEPTH + 1}"))


def test_a_chosen_root_comes_with_what_is_below_it(record_objectives, tree):
    record_objectives("a>b b>c d>b e>c")
    assert outline_tree(tree(root=key("b"))) == "b(a d)"


def test_some_units_only(record, tree):
    record.unit("team", below="tech")
    record.objective("a", unit="team")
    record.objective("b")
    record.objective("c", unit="team")
    record.link("a", "b")
    record.link("c", "a")
    assert outline_tree(tree(units={key("team")})) == "a(c)"
    assert outline_tree(tree(units={key("tech")})) == "b"


def test_one_cycle_only(record, tree):
    record.cycle("other")
    record.objective("a", cycle="other")
    record.objective("b")
    record.link("a", "b")
    assert outline_tree(tree()) == "b(a)"
    assert outline_tree(tree(cycle=key("quarter"))) == "b"


def test_cancelled_and_ended_goals_appear_only_on_request(record_objectives, record, tree):
    record_objectives("a>b c>b d>c")
    record.key_result("gone", of="b")
    record("KeyResult.Cancelled", "gone")
    record("Objective.Cancelled", "c")
    record("Alignment.Ended", "a>b")
    assert outline_tree(tree()) == "a b d"
    assert outline_tree(tree(ended=True)) == "b(a c(d))"
    nodes = {node["title"]: node for node in tree(ended=True).as_graph()["objectives"]}
    assert [part["state"] for part in nodes["b"]["key_results"]] == ["cancelled"]
    assert nodes["c"]["state"] == "cancelled"
    assert {link["state"] for link in tree(ended=True).as_tree()["alignments"]} == {"active", "ended"}
    assert tree().as_tree()["alignments"] == []


def test_the_key_results_of_a_cancelled_objective_are_cancelled_with_it(record, tree):
    record.objective("a")
    record.key_result("one", of="a")
    record("Objective.Cancelled", "a")
    (node,) = tree(ended=True).as_tree()["roots"]
    assert (node["key_results"][0]["state"], node["key_results"][0]["health"]["effective"]) == ("cancelled", "closed")


@pytest.mark.parametrize(
    ("links", "ended", "back", "expected"),
    [
        ("a>b", "a>b", "b>a", "a(b(~a))"),
        ("a>b b>c", "b>c", "c>a", "a(c(b(~a)))"),
        ("a>b c>b", "a>b", "b>a", "a(b(~a c))"),
    ],
)
def test_a_circle_that_only_ended_links_close_appears_too(record_objectives, record, tree, links, ended, back, expected):
    record_objectives(links)
    record("Alignment.Ended", ended)
    record.link(*back.split(">"))
    assert outline_tree(tree(ended=True)) == expected
    assert "~" not in outline_tree(tree())


def test_the_graph_is_the_flat_tree(record_objectives, tree):
    record_objectives("a>b a>c b>d")
    flat = tree().as_graph()
    assert [node["title"] for node in flat["objectives"]] == ["a", "b", "c", "d"]
    assert flat["alignments"] == tree().as_tree()["alignments"]
    assert not any("children" in node for node in flat["objectives"])


def test_an_answer_says_of_which_moment_it_is(record_objectives, tree, record):
    record_objectives("a>b")
    position = record.objective("c") - 1
    answer = tree(position).as_tree()
    assert (answer["position"], answer["effective_on"]) == (position, "2024-01-01")
    assert outline_tree(tree(position)) == "b(a)"
    assert outline_tree(tree()) == "b(a) c"


def test_before_the_first_event_there_is_nothing(record, reader):
    record.objective("a")
    before = AlignmentTree(reader.graph(1), TreeFilter(), ())
    assert (before.as_tree()["roots"], before.as_graph()["objectives"]) == ([], [])
