"""People over HTTP; their names are in the register."""

import pytest


def test_a_person_is_added_and_read(installation, admin, reader):
    before = installation.head
    added = admin.post("/v1/people", {"name": "Ada", "email": "ada@example.com"})
    assert (added.status_code, added.json["position"]) == (201, before)
    read = reader.get(added.headers["Location"])
    assert read.json == {"id": added.json["id"], "name": "Ada", "email": "ada@example.com", "version": 1, "erased": False}
    assert installation.head == before


def test_what_is_left_out_stays_and_null_clears_the_address(world, admin):
    path = f"/v1/people/{world.create('people', name='Ada', email='ada@example.com')}"
    assert admin.patch(path, {"name": "Ada L."}).json["email"] == "ada@example.com"
    assert admin.patch(path, {"email": None}).json["email"] is None
    assert admin.patch(path, {"email": "al@example.com"}).json["name"] == "Ada L."


@pytest.mark.parametrize("email", ["", "ada", "ada@", "a" * 250 + "@example.com", 7])
def test_an_address_that_cannot_be_one_is_refused(admin, email):
    refused = admin.post("/v1/people", {"name": "Ada", "email": email})
    assert refused.status_code == 422
    assert {error["pointer"] for error in refused.json["errors"]} == {"/email"}


def test_a_change_says_something(world, admin):
    path = f"/v1/people/{world.create_for_argument('person_id')}"
    refused = admin.patch(path, {})
    assert (refused.status_code, refused.json["type"]) == (422, "urn:okr-events:problem:nothing-said")
    assert admin.get(path).json["version"] == 1


def test_people_come_a_page_at_a_time_in_the_order_of_their_coming(fresh_admin):
    for name in ("Ben", "Cid", "Dee"):
        fresh_admin.post("/v1/people", {"name": name})
    page = fresh_admin.get("/v1/people?limit=3")
    assert [person["name"] for person in page.json["items"]] == ["Admin", "Ben", "Cid"]
    rest = fresh_admin.get(page.headers["Link"].removeprefix("<").partition(">")[0])
    assert [person["name"] for person in rest.json["items"]] == ["Dee"]
    assert rest.json["next"] is None
    assert "Link" not in rest.headers


def test_a_new_name_shows_beside_old_texts(installation, world, admin, reader):
    check_in = f"/v1/check-ins/{world['checked']}"
    assert reader.get(check_in).json["author"] == admin.person
    for name in ("Grace", "Admin"):
        admin.patch(f"/v1/people/{admin.person}", {"name": name})
        assert reader.get(check_in).json["author_name"] == name
        assert reader.get(f"{check_in}?as_of=position:{installation.head}").json["author_name"] == name
