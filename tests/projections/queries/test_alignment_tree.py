"""The alignment tree: roots, children, references, and what an answer leaves out."""

import json

import orjson
import pytest

from projections.queries.alignment_tree import DEEPEST, AlignmentTree, Shown
from tests.projections.event_recorder import id_of

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def chart(tell):
    """Objectives and links between them: `"a>b c>b"` are a and c that serve b."""

    def draw(links):
        pairs = [pair.split(">") for pair in links.split()]
        for name in dict.fromkeys(name for pair in pairs for name in pair):
            tell.objective(name)
        for child, parent in pairs:
            tell.link(child, parent)

    return draw


@pytest.fixture
def tree(look):
    def drawn(position=None, **shown):
        return AlignmentTree(look.graph(position), Shown(**shown), ())

    return drawn


def outline(node):
    """An objective with what is below it: `"a(b(c) ~d)"`, where `~d` is a reference."""
    if "ref" in node:
        return "~" + NAMES[node["ref"]]
    below = " ".join(outline(child) for child in node["children"])
    return node["title"] + (f"({below})" if below else "")


def outlined(tree):
    return " ".join(outline(node) for node in tree.as_tree()["roots"])


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
def test_roots_serve_nothing_and_an_objective_is_told_once(chart, tree, links, expected):
    chart(links)
    assert outlined(tree()) == expected


def test_a_child_says_by_which_link_and_weight_it_serves(tell, tree):
    for name in "abc":
        tell.objective(name)
    tell.link("a", "b", weight="2.50")
    tell.link("a", "c", weight=0)
    roots = tree().as_tree()["roots"]
    found = [(child["alignment_id"], child["weight"]) for root in roots for child in root["children"]]
    assert found == [(key("a>b"), "2.5"), (key("a>c"), "0")]


def test_the_links_are_told_beside_the_tree(chart, tree):
    chart("a>b a>c")
    told = tree().as_tree()["alignments"]
    assert [(NAMES[link["child_id"]], NAMES[link["parent_id"]], link["state"]) for link in told] == [
        ("a", "b", "active"),
        ("a", "c", "active"),
    ]


@pytest.mark.parametrize(("depth", "expected"), [(0, "d(~c)"), (1, "d(c(~b))"), (2, "d(c(b(~a)))"), (3, "d(c(b(a)))")])
def test_below_the_depth_asked_there_are_references(chart, tree, depth, expected):
    chart("a>b b>c c>d")
    assert outlined(tree(depth=depth)) == expected


def test_a_chain_of_500_is_cut_and_still_answered(tell, tree):
    for number in range(501):
        tell.objective(f"{number}")
    for number in range(500):
        tell.link(f"{number + 1}", f"{number}")
    whole = tree()
    node, depth = json.loads(orjson.dumps(whole.as_tree()))["roots"][0], 0
    while "children" in node:
        node, depth = node["children"][0], depth + 1
    assert depth == DEEPEST + 1
    assert node["ref"] == key(f"{DEEPEST + 1}")


def test_a_chain_of_inherited_key_results_is_cut_where_json_ends(tell, tree):
    for number in range(101):
        tell.objective(f"{number}")
        tell.key_result(f"k{number}", of=f"{number}")
    for number in range(100):
        tell.inherit(f"{number + 1}", f"k{number}")
    node, depth = json.loads(orjson.dumps({"items": [tree().as_tree()]}))["items"][0]["roots"][0], 0
    while "key_results" in node:
        node, depth = node["key_results"][0]["children"][0], depth + 1
    assert (depth, node["ref"]) == (DEEPEST + 1, key(f"{DEEPEST + 1}"))


def test_a_root_of_choice_is_told_with_what_stands_below_it(chart, tree):
    chart("a>b b>c d>b e>c")
    assert outlined(tree(root=key("b"))) == "b(a d)"


def test_some_units_only(tell, tree):
    tell.unit("team", below="tech")
    tell.objective("a", unit="team")
    tell.objective("b")
    tell.objective("c", unit="team")
    tell.link("a", "b")
    tell.link("c", "a")
    assert outlined(tree(units={key("team")})) == "a(c)"
    assert outlined(tree(units={key("tech")})) == "b"


def test_one_cycle_only(tell, tree):
    tell.cycle("other")
    tell.objective("a", cycle="other")
    tell.objective("b")
    tell.link("a", "b")
    assert outlined(tree()) == "b(a)"
    assert outlined(tree(cycle=key("quarter"))) == "b"


def test_what_is_cancelled_or_ended_is_told_only_when_asked_for(chart, tell, tree):
    chart("a>b c>b d>c")
    tell.key_result("gone", of="b")
    tell("KeyResult.Cancelled", "gone")
    tell("Objective.Cancelled", "c")
    tell("Alignment.Ended", "a>b")
    assert outlined(tree()) == "a b d"
    assert outlined(tree(ended=True)) == "b(a c(d))"
    told = {node["title"]: node for node in tree(ended=True).as_graph()["objectives"]}
    assert [part["state"] for part in told["b"]["key_results"]] == ["cancelled"]
    assert told["c"]["state"] == "cancelled"
    assert {link["state"] for link in tree(ended=True).as_tree()["alignments"]} == {"active", "ended"}
    assert tree().as_tree()["alignments"] == []


def test_the_key_results_of_a_cancelled_objective_are_cancelled_with_it(tell, tree):
    tell.objective("a")
    tell.key_result("one", of="a")
    tell("Objective.Cancelled", "a")
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
def test_a_circle_that_only_ended_links_close_is_told_too(chart, tell, tree, links, ended, back, expected):
    chart(links)
    tell("Alignment.Ended", ended)
    tell.link(*back.split(">"))
    assert outlined(tree(ended=True)) == expected
    assert "~" not in outlined(tree())


def test_the_graph_is_the_tree_told_flat(chart, tree):
    chart("a>b a>c b>d")
    flat = tree().as_graph()
    assert [node["title"] for node in flat["objectives"]] == ["a", "b", "c", "d"]
    assert flat["alignments"] == tree().as_tree()["alignments"]
    assert not any("children" in node for node in flat["objectives"])


def test_an_answer_says_of_which_moment_it_is(chart, tree, tell):
    chart("a>b")
    position = tell.objective("c") - 1
    answer = tree(position).as_tree()
    assert (answer["position"], answer["effective_on"]) == (position, "2024-01-01")
    assert outlined(tree(position)) == "b(a)"
    assert outlined(tree()) == "b(a) c"


def test_before_the_first_event_there_is_nothing(tell, look):
    tell.objective("a")
    before = AlignmentTree(look.graph(1), Shown(), ())
    assert (before.as_tree()["roots"], before.as_graph()["objectives"]) == ([], [])
