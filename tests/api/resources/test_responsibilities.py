"""Responsibilities of a person, now and at a past moment."""

import pytest

from tests.api.command_catalog import REASON


@pytest.fixture
def ben(world):
    return world.create("people", name="Ben")


def list_responsibilities(admin, person, **query):
    answer = admin.get(f"/v1/people/{person}/responsibilities", query)
    assert answer.status_code == 200, answer.text
    return answer.json


def item_ids(held, name):
    return [each["id"] for each in held[name]]


def test_what_is_owned_contributed_to_to_be_done_and_to_be_answered(world, admin, ben):
    priority = world.create(
        "priorities",
        title="Be first",
        perspective="customer",
        horizon={"starts_on": "2026-01-01", "ends_on": "2030-12-31"},
        owner=ben,
    )
    goal = world.objective("company", owner=ben)
    part = world.key_result(objective=goal, owner=ben)
    other = world.key_result()
    fields = {"person_id": ben, "role": "lead", "due_on": "2026-06-01", "contribution": "Calls the customers"}
    body = admin.post(f"/v1/key-results/{other}/contributors", fields).json["contributors"]
    assert body == [fields]
    work = world.create(f"key-results/{other}/initiatives", title="Call them", owner=ben)
    response = world.create("alignments", child_id=world.objective(), parent_id=goal, kind="horizontal", capacity=4)
    held = list_responsibilities(admin, ben)
    assert held["person_id"] == ben
    assert [item_ids(held, name) for name in ("priorities", "objectives", "key_results", "initiatives", "to_confirm")] == [
        [priority],
        [goal],
        [part],
        [work],
        [response],
    ]
    [contribution] = held["contributions"]
    assert (contribution["key_result_id"], contribution["role"], contribution["due_on"]) == (other, "lead", "2026-06-01")
    for name in ("priorities", "objectives", "key_results", "contributions", "initiatives"):
        assert all(each["since"].endswith("Z") for each in held[name])


def test_what_is_done_answered_or_ended_is_no_responsibility(world, admin, ben):
    goal = world.objective("company", owner=ben)
    part = world.key_result(objective=goal, owner=ben)
    admin.post(f"/v1/key-results/{part}/contributors", {"person_id": ben})
    work = world.create(f"key-results/{part}/initiatives", title="Call them", owner=ben)
    response = world.create("alignments", child_id=world.objective(), parent_id=goal, kind="horizontal")
    before = world.installation.head
    assert admin.post(f"/v1/initiatives/{work}/completion", {}).json["done_on"]
    assert admin.post(f"/v1/initiatives/{work}/completion", {}).status_code == 409
    assert admin.post(f"/v1/alignments/{response}/confirmation", {}).status_code == 200
    assert admin.post(f"/v1/key-results/{part}/contributors/{ben}/ending", {}).json["contributors"] == []
    assert admin.post(f"/v1/key-results/{part}/contributors/{ben}/ending", {}).status_code == 409
    held = list_responsibilities(admin, ben)
    assert [held[name] for name in ("initiatives", "to_confirm", "contributions")] == [[], [], []]
    assert admin.post(f"/v1/objectives/{goal}/cancellation", {"reason": REASON}).status_code == 200
    held = list_responsibilities(admin, ben)
    assert (held["objectives"], held["key_results"]) == ([], [])
    was = list_responsibilities(admin, ben, as_of=f"position:{before}")
    assert [len(was[name]) for name in ("objectives", "key_results", "contributions", "initiatives", "to_confirm")] == [1] * 5


def test_a_reassignment_says_who_owned_what_when(world, admin, ben):
    goal = world.objective(owner=ben)
    since = list_responsibilities(admin, ben)["objectives"][0]["since"]
    admin.patch(f"/v1/objectives/{goal}", {"title": "The same in other words"})
    assert list_responsibilities(admin, ben)["objectives"][0]["since"] == since
    held_at = world.installation.head
    admin.post(f"/v1/objectives/{goal}/reassignment", {"owner": world["person"], "reason": REASON})
    assert item_ids(list_responsibilities(admin, ben), "objectives") == []
    assert item_ids(list_responsibilities(admin, ben, as_of=f"position:{held_at}"), "objectives") == [goal]
    admin.post(f"/v1/objectives/{goal}/reassignment", {"owner": ben, "reason": REASON})
    assert list_responsibilities(admin, ben)["objectives"][0]["since"] > since


def test_responsibilities_of_an_unknown_person_are_not_found(admin):
    assert admin.get("/v1/people/00000000-0000-4000-8000-000000000000/responsibilities").status_code == 404


def test_adding_a_contributor_again_replaces_the_contribution(world, admin, ben):
    part = world.key_result()
    admin.post(f"/v1/key-results/{part}/contributors", {"person_id": ben, "role": "lead", "contribution": "All of it"})
    again = admin.post(f"/v1/key-results/{part}/contributors", {"person_id": ben, "contribution": "Half of it"}).json
    assert again["contributors"] == [{"person_id": ben, "role": "support", "due_on": None, "contribution": "Half of it"}]
    [body] = admin.get(f"/v1/key-results/{part}").json["contributors"]
    assert body["contribution"] == "Half of it"


def test_only_people_contribute(world, admin):
    refused = admin.post(f"/v1/key-results/{world['launch']}/contributors", {"person_id": world["team"]})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/person_id")


def test_who_does_the_work_says_that_it_is_done(world, member):
    theirs = world.key_result(objective=world.objective(owner=world["person"]), owner=world["person"])
    mine = world.create(f"key-results/{theirs}/initiatives", title="Call them", owner=world["member"])
    other = world.create(f"key-results/{theirs}/initiatives", title="Write to them", owner=world["person"])
    assert member.post(f"/v1/initiatives/{mine}/completion", {}).status_code == 200
    assert member.post(f"/v1/initiatives/{other}/completion", {}).status_code == 403


def test_what_was_closed_with_its_cycle_is_no_responsibility(module_world):
    ben, cycle, admin = module_world.create("people", name="Ben"), module_world.create_active_cycle(), module_world.admin
    goal = module_world.objective("company", cycle_id=cycle, owner=ben)
    part = module_world.key_result(objective=goal, owner=ben)
    admin.post(f"/v1/key-results/{part}/contributors", {"person_id": ben})
    module_world.create(f"key-results/{part}/initiatives", title="Call them", owner=ben)
    module_world.create("alignments", child_id=module_world.objective(), parent_id=goal, kind="horizontal")
    own = module_world.objective("company", owner=ben)
    response = module_world.create(
        "alignments", child_id=module_world.objective(cycle_id=cycle), parent_id=own, kind="horizontal"
    )
    before = module_world.installation.head
    names = ("objectives", "key_results", "contributions", "initiatives", "to_confirm")
    assert [len(list_responsibilities(admin, ben)[name]) for name in names] == [2, 1, 1, 1, 2]
    assert response in item_ids(list_responsibilities(admin, ben), "to_confirm")
    assert admin.post(f"/v1/cycles/{cycle}/closing", {"reason": REASON, "allow_unscored": True}).status_code == 200
    assert [len(list_responsibilities(admin, ben)[name]) for name in names] == [1, 0, 0, 0, 0]
    assert [len(list_responsibilities(admin, ben, as_of=f"position:{before}")[name]) for name in names] == [2, 1, 1, 1, 2]
