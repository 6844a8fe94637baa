"""Dependencies: proposed by one side, confirmed or declined by the other, with a requested and an agreed capacity."""

import pytest

from tests.api.command_catalog import REASON
from tests.api.problem_assertions import broken_rule


@pytest.fixture
def dependencies(world):
    """A dependency of the member's objective on an objective of another person, and on one of the member."""

    def make(owner, **fields):
        below = world.objective(owner=world["member"])
        above = world.objective("company", owner=owner)
        return world.create("alignments", child_id=below, parent_id=above, kind="horizontal", **fields)

    return make


def test_a_dependency_is_proposed_until_the_other_side_answers(world, member, dependencies):
    link = dependencies(world["member"], capacity="12.5")
    proposed = member.get(f"/v1/alignments/{link}").json
    assert (proposed["state"], proposed["capacity"], proposed["agreed_capacity"]) == ("proposed", "12.5", None)
    assert (proposed["weight"], proposed["agreement"]) == (None, None)
    more = member.patch(f"/v1/alignments/{link}", {"capacity": 20})
    assert (more.json["state"], more.json["capacity"]) == ("proposed", "20")
    values = {"capacity": 15, "agreement": "Two people, from week three on"}
    confirmed = member.post(f"/v1/alignments/{link}/confirmation", values).json
    assert (confirmed["state"], confirmed["agreed_capacity"], confirmed["agreement"]) == (
        "confirmed",
        "15",
        values["agreement"],
    )
    assert member.get(f"/v1/alignments/{link}?as_of=position:{proposal_position(world, link)}").json["state"] == "proposed"


def proposal_position(world, link):
    history = world.admin.get(f"/v1/objectives/{world.admin.get(f'/v1/alignments/{link}').json['child_id']}/history").json
    return next(fact["position"] for fact in history["items"] if fact["type"] == "Alignment.Linked")


def test_a_confirmation_agrees_to_the_requested_capacity_by_default(world, member, dependencies):
    confirmed = member.post(f"/v1/alignments/{dependencies(world['member'], capacity=3)}/confirmation", {}).json
    assert confirmed["agreed_capacity"] == "3"


def test_only_the_other_side_answers(world, member, dependencies):
    link = dependencies(world["person"])
    for answer in ("confirmation", "declination"):
        refused = member.post(f"/v1/alignments/{link}/{answer}", {"reason": REASON})
        assert (refused.status_code, broken_rule(refused)[1]) == (403, "not-yours")


def test_declining_needs_a_reason_and_frees_the_place(world, member, dependencies):
    link = dependencies(world["member"])
    assert broken_rule(member.post(f"/v1/alignments/{link}/declination", {})) == (422, "reason-required")
    declined = member.post(f"/v1/alignments/{link}/declination", {"reason": REASON}).json
    assert declined["state"] == "declined"
    again = {name: declined[name] for name in ("child_id", "parent_id", "kind")}
    assert member.post("/v1/alignments", again).json["state"] == "proposed"
    assert broken_rule(member.post("/v1/alignments", again)) == (409, "already-linked")


@pytest.mark.parametrize("answer", ["confirmation", "declination"])
def test_it_is_answered_once(world, member, dependencies, answer):
    link = dependencies(world["member"])
    assert member.post(f"/v1/alignments/{link}/confirmation", {}).status_code == 200
    refused = member.post(f"/v1/alignments/{link}/{answer}", {"reason": REASON})
    assert broken_rule(refused) == (409, "dependency-answered")
    assert broken_rule(member.patch(f"/v1/alignments/{link}", {"capacity": 1})) == (409, "dependency-answered")


def test_other_links_are_not_answered_and_ask_for_nothing(world, admin):
    for answer in ("confirmation", "declination"):
        refused = admin.post(f"/v1/alignments/{world['link']}/{answer}", {"reason": REASON})
        assert broken_rule(refused) == (422, "not-a-dependency")
    refused = admin.patch(f"/v1/alignments/{world['link']}", {"capacity": 1})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/capacity")


@pytest.mark.parametrize(
    ("kind", "parent", "more", "wrong"),
    [
        ("horizontal", "objective_id", {}, ("same-unit", "/parent_id")),
        ("horizontal", "lead", {"weight": 1}, ("weight-of-nothing", "/weight")),
        ("strategic", "priority", {"weight": 1}, ("weight-of-nothing", "/weight")),
        ("directional", "lead", {"capacity": 1}, ("capacity-of-nothing", "/capacity")),
        ("vertical", "lead", {"capacity": 1}, ("capacity-of-nothing", "/capacity")),
        ("explicit", "lead", {}, ("unknown", "/parent_id")),
        ("vertical", "launch", {}, ("unknown", "/parent_id")),
        ("strategic", "lead", {}, ("unknown", "/parent_id")),
        ("directional", "priority", {}, ("unknown", "/parent_id")),
        ("horizontal", "launch", {}, ("unknown", "/parent_id")),
    ],
)
def test_each_kind_goes_to_what_it_is_for(world, admin, kind, parent, more, wrong):
    body = {"child_id": world.objective(), "parent_id": world[parent], "kind": kind, **more}
    refused = admin.post("/v1/alignments", body)
    assert (refused.status_code, refused.json["errors"][0]["code"], refused.json["errors"][0]["pointer"]) == (422, *wrong)


def test_an_objective_takes_no_key_result_of_its_own_for_its_goal(world, admin):
    own = {"child_id": world["build"], "parent_id": world["launch"]}
    for kind in ("explicit", "directional"):
        assert broken_rule(admin.post("/v1/alignments", {**own, "kind": kind})) == (422, "serves-itself")


def test_contribution_through_a_key_result_is_never_circular(world, admin):
    above = world.objective("company")
    inherited = world.key_result(objective=above)
    below = world.objective()
    assert admin.post("/v1/alignments", {"child_id": below, "parent_id": inherited, "kind": "explicit"}).status_code == 201
    back = world.key_result(objective=below)
    circle = admin.post("/v1/alignments", {"child_id": above, "parent_id": back, "kind": "explicit"})
    assert broken_rule(circle) == (409, "circular-contribution")


def test_nothing_new_serves_what_has_ended(world, admin):
    priority, part = world.create_for_argument("priority_id"), world.key_result()
    child = world.objective()
    assert admin.post(f"/v1/priorities/{priority}/retirement", {"reason": REASON}).status_code == 200
    assert admin.post(f"/v1/key-results/{part}/cancellation", {"reason": REASON}).status_code == 200
    for parent, kind, rule in ((priority, "strategic", "priority-retired"), (part, "explicit", "key-result-closed")):
        refused = admin.post("/v1/alignments", {"child_id": child, "parent_id": parent, "kind": kind})
        assert broken_rule(refused) == (409, rule)


def test_a_member_inherits_only_what_is_theirs_to_give(world, member):
    theirs = world.key_result(objective=world.objective(owner=world["person"]))
    body = {"child_id": world.objective(), "kind": "explicit"}
    assert broken_rule(member.post("/v1/alignments", {**body, "parent_id": theirs})) == (403, "not-yours")
    assert member.post("/v1/alignments", {**body, "parent_id": world.key_result()}).status_code == 201
    guide = {"child_id": body["child_id"], "parent_id": theirs, "kind": "directional"}
    assert member.post("/v1/alignments", guide).status_code == 201


def test_links_are_listed_by_kind_cycle_and_unit(world, admin):
    cycle, unit = world.create_for_argument("cycle_id"), world.create_for_argument("unit_id")
    child = world.objective(cycle_id=cycle, unit_id=unit)
    served = world.create("alignments", child_id=child, parent_id=world["priority"], kind="strategic")
    guided = world.create("alignments", child_id=child, parent_id=world["launch"], kind="directional")
    for query in ({"cycle": cycle}, {"unit": unit}):
        assert [each["id"] for each in admin.get("/v1/alignments", query).json["items"]] == [served, guided]
        only = admin.get("/v1/alignments", {**query, "kind": "strategic"}).json["items"]
        assert [each["id"] for each in only] == [served]
    listed = admin.get("/v1/alignments", {"kind": "directional", "state": "active", "limit": 200}).json["items"]
    assert guided in {each["id"] for each in listed}


def test_the_map_tells_every_kind(world, admin):
    cycle, unit = world.create_for_argument("cycle_id"), world.create_for_argument("unit_id")
    child, other = world.objective(cycle_id=cycle), world.objective(cycle_id=cycle, unit_id=unit)
    parent = world.objective("company", cycle_id=cycle)
    part = world.key_result(objective=parent)
    ends = {"vertical": parent, "explicit": part, "horizontal": other, "strategic": world["priority"], "directional": part}
    for kind, parent_id in ends.items():
        world.create("alignments", child_id=child, parent_id=parent_id, kind=kind)
    for shape in ("tree", "graph"):
        result = admin.get("/v1/alignment-tree", {"cycle": cycle, "shape": shape}).json["alignments"]
        assert {link["kind"]: link["parent_id"] for link in result} == ends
        assert {link["kind"]: link["parent_type"] for link in result}["explicit"] == "key_result"
    tree = admin.get("/v1/alignment-tree", {"cycle": cycle}).json
    [heir] = next(root for root in tree["roots"] if root["id"] == parent)["key_results"][0]["children"]
    assert {heir.get("id"), heir.get("ref")} >= {child}
