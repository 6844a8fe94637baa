"""If-Match: a change applies to the version that the client read, or is refused."""

import pytest


def test_the_version_that_was_seen_is_changed_and_another_is_not(installation, world, admin, change):
    method, path, body = world.command(change)
    before = installation.head
    refused = admin.call(method, path, body, If_Match='"99"')
    assert (refused.status_code, refused.json["type"]) == (412, "urn:okr-events:problem:stale")
    assert installation.head == before
    version = refused.json["version"]
    assert admin.call(method, path, body, If_Match=f'"{version}"').status_code in {200, 201}


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("units", "unit_id"),
        ("people", "person_id"),
        ("cycles", "cycle_id"),
        ("objectives", "objective_id"),
        ("key-results", "key_result_id"),
        ("alignments", "alignment_id"),
        ("check-ins", "check_in_id"),
    ],
)
def test_a_whole_etag_of_a_read_does_too(world, admin, reader, kind, what):
    path = f"/v1/{kind}/{world.create_for_argument(what)}"
    change = {
        "units": ("PATCH", path, {"name": world["name"]}),
        "people": ("PATCH", path, {"name": "Cid"}),
        "cycles": ("PATCH", f"{path}/policy", {"policy": {"overlap": 70}}),
        "objectives": ("PATCH", path, {"title": "x"}),
        "key-results": ("PATCH", path, {"title": "x"}),
        "alignments": ("PATCH", path, {"weight": 2, "reason": "x"}),
        "check-ins": ("POST", f"{path}/correction", {"value": 2, "reason": "x"}),
    }[kind]
    seen = reader.get(path).headers["ETag"]
    changed = admin.call(*change, If_Match=seen)
    assert changed.status_code == 200, changed.text
    assert admin.call(*change, If_Match=seen).status_code == 412
    assert admin.call(*change, If_Match=changed.headers["ETag"]).status_code == 200


def test_a_key_results_version_counts_its_check_ins(world, admin, reader):
    path = f"/v1/key-results/{world.key_result()}"
    seen = reader.get(path).headers["ETag"]
    assert admin.post(f"{path}/check-ins", {"value": 1}, If_Match=seen).status_code == 201
    assert admin.post(f"{path}/check-ins", {"value": 2}, If_Match=seen).status_code == 412
    assert reader.get(path).json["version"] == 2


def test_a_star_is_any_version(world):
    for change in ("PATCH /v1/people/<uuid:person_id>", "POST /v1/key-results/<uuid:key_result_id>/target"):
        assert world.run(change, If_Match="*").status_code == 200


@pytest.mark.parametrize("text", ["", "3", '"x"', '"1", "2"', '"-1"', '"1.zz"', '"' + "9" * 40 + '"', "\xff"])
def test_what_is_no_version_is_refused(world, admin, text):
    for path in (f"/v1/units/{world['team']}", f"/v1/people/{world['person']}"):
        refused = admin.client.patch(
            path,
            json={"name": world["name"]},
            headers={"Authorization": f"Bearer {admin.token}"},
            environ_overrides={"HTTP_IF_MATCH": text},
        )
        assert (refused.status_code, refused.json["errors"][0]["header"]) == (422, "If-Match"), text


def test_every_command_refuses_what_is_no_version(installation, world, admin, command):
    method, path, body = world.command(command)
    before = installation.read_state()
    refused = admin.call(method, path, body, If_Match=")")
    assert (refused.status_code, refused.json["errors"][0].get("header")) == (422, "If-Match")
    assert installation.read_state() == before
